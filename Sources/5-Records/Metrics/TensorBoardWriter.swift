package import Foundation
import SwiftProtobuf

/// Writes a run's scalars as an event file that TensorBoard reads; one process of a run may do so.
///
/// A record is its length (u64, little-endian), the length's masked CRC-32C, the event, and the event's masked CRC-32C
/// (TensorFlow's record format). Each is written at once, so TensorBoard can follow a run under way.
public final class TensorBoardWriter {
    private let file: AppendOnlyFile

    /// Makes an event file of its own for this process.
    ///
    /// - Parameters:
    ///   - directory: The folder, which exists.
    ///   - step: The restored step, if a run is taken up: of later steps, TensorBoard then drops what was written before.
    ///   - wallTime: Now, in seconds since 1970.
    /// - Throws: `MetricsError.unwritable`.
    public init(directory: String, resumingAtStep step: Int?, wallTime: Double) throws(MetricsError) {
        let process = ProcessInfo.processInfo
        let name =
            String(format: "events.out.tfevents.%010ld", Int(wallTime))
            + ".\(process.hostName).\(process.processIdentifier).\(step ?? 0)"
        file = try AppendOnlyFile(path: directory + "/" + name, keeping: 0)
        try write(
            .with {
                $0.wallTime = wallTime
                $0.fileVersion = "brain.Event:2"
            }
        )
        // TensorBoard takes the first mark of a run for its beginning, so a new run needs one too; a later mark drops
        // what was written of its own step as well, so it names the first step that is trained again.
        try write(
            .with {
                $0.wallTime = wallTime
                $0.step = step.map { Int64($0 + 1) } ?? 0
                $0.sessionLog.status = .start
            }
        )
    }

    /// Writes the scalars of a step or an epoch; other events have none.
    ///
    /// - Parameter event: What happened.
    /// - Throws: `MetricsError.unwritable`; nothing of the event is in the file then.
    public func write(_ event: RunEvent) throws(MetricsError) {
        switch event {
        case .step(let record):
            try write(record.scalars, step: record.step, wallTime: record.wallTime)
        case .epoch(let record):
            try write(record.scalars, step: record.step, wallTime: record.wallTime)
        case .start, .checkpoint, .warning, .stop: break
        }
    }

    private func write(_ scalars: [(tag: String, value: Double?)], step: Int, wallTime: Double) throws(MetricsError) {
        try write(
            .with { event in
                event.wallTime = wallTime
                event.step = Int64(step)
                for case (let tag, let value?) in scalars {
                    event.summary.value.append(
                        .with {
                            $0.tag = tag
                            $0.simpleValue = Float(value)
                        }
                    )
                }
            }
        )
    }

    private func write(_ event: TensorBoardEvent) throws(MetricsError) {
        guard let data: Data = try? event.serializedBytes() else {
            preconditionFailure("TensorBoardWriter: an event that can't be serialized found: \(event)")
        }
        try file.append(Self.record(data))
    }

    /// An event's bytes as a record of the file.
    package static func record(_ data: Data) -> Data {
        let length = littleEndianBytes(UInt64(data.count))
        return length + littleEndianBytes(CRC32C.maskedChecksum(length))
            + data + littleEndianBytes(CRC32C.maskedChecksum(data))
    }

    private static func littleEndianBytes(_ value: some FixedWidthInteger) -> Data {
        withUnsafeBytes(of: value.littleEndian) { Data($0) }
    }
}

extension StepRecord {
    fileprivate var scalars: [(tag: String, value: Double?)] {
        [
            ("train/loss", trainLoss), ("train/accuracy", trainAccuracy), ("train/learning_rate", learningRate),
            ("train/gradient_norm", gradientNorm), ("speed/images_per_second", imagesPerSecond),
            ("speed/step_seconds_min", rankStepSeconds.min), ("speed/step_seconds_mean", rankStepSeconds.mean),
            ("speed/step_seconds_max", rankStepSeconds.max),
        ]
    }
}

extension EpochRecord {
    fileprivate var scalars: [(tag: String, value: Double?)] {
        [
            ("epoch/train_loss", trainLoss), ("epoch/train_accuracy", trainAccuracy),
            ("epoch/test_loss", testLoss), ("epoch/test_accuracy", testAccuracy),
        ]
    }
}
