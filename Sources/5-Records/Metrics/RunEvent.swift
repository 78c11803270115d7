/// One line of metrics.jsonl: an event of a run.
///
/// In JSON, the record's fields are beside `event`, which names the case.
package enum RunEvent: Codable, Equatable, Sendable {
    /// A process started or resumed the run.
    case start(StartRecord)
    /// A logging interval ended.
    case step(StepRecord)
    /// An epoch ended.
    case epoch(EpochRecord)
    /// A checkpoint was written.
    case checkpoint(CheckpointRecord)
    /// Something that the user should know, but that didn't stop the run.
    case warning(WarningRecord)
    /// A rank became slow, or recovered.
    case slowRank(SlowRankRecord)
    /// The process stopped regularly.
    case stop(StopRecord)

    /// Training steps completed at that time.
    package var step: Int {
        switch self {
        case .start(let record): record.step
        case .step(let record): record.step
        case .epoch(let record): record.step
        case .checkpoint(let record): record.step
        case .warning(let record): record.step
        case .slowRank(let record): record.step
        case .stop(let record): record.step
        }
    }

    private enum Kind: String, Codable {
        case start, step, epoch, checkpoint, warning, stop
        case slowRank = "slow_rank"
    }

    private enum CodingKeys: CodingKey {
        case event
    }

    /// Reads the field `event` and the fields of its record.
    ///
    /// - Parameter decoder: The source.
    /// - Throws: `DecodingError` if the event is unknown, or a field is missing or of another type.
    package init(from decoder: any Decoder) throws {
        let kind = try decoder.container(keyedBy: CodingKeys.self).decode(Kind.self, forKey: .event)
        self =
            switch kind {
            case .start: .start(try StartRecord(from: decoder))
            case .step: .step(try StepRecord(from: decoder))
            case .epoch: .epoch(try EpochRecord(from: decoder))
            case .checkpoint: .checkpoint(try CheckpointRecord(from: decoder))
            case .warning: .warning(try WarningRecord(from: decoder))
            case .slowRank: .slowRank(try SlowRankRecord(from: decoder))
            case .stop: .stop(try StopRecord(from: decoder))
            }
    }

    /// Writes the field `event` and the record's fields.
    ///
    /// - Parameter encoder: The destination.
    /// - Throws: What the encoder throws.
    package func encode(to encoder: any Encoder) throws {
        let (kind, record): (Kind, any Encodable) =
            switch self {
            case .start(let record): (.start, record)
            case .step(let record): (.step, record)
            case .epoch(let record): (.epoch, record)
            case .checkpoint(let record): (.checkpoint, record)
            case .warning(let record): (.warning, record)
            case .slowRank(let record): (.slowRank, record)
            case .stop(let record): (.stop, record)
            }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .event)
        try record.encode(to: encoder)
    }
}
