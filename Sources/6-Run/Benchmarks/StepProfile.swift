import Collectives
import Tracing
import Training

/// How the time of some steps is spent, over all ranks.
struct StepProfile: Encodable {
    /// A part of a step on the ranks' first threads; the parts add up to the step.
    struct Part: Encodable {
        let name: String
        let milliseconds: Double
    }

    /// The threads' time for one layer.
    struct LayerTime {
        var forwardSeconds = 0.0
        var backwardSeconds = 0.0
    }

    /// Milliseconds per step, as means over steps and ranks.
    let parts: [Part]
    /// Milliseconds of a step in which even the last rank to finish the backward pass waited for the reduction.
    let exposedCommunicationMilliseconds: Double
    /// Seconds of a step on all threads together, by layer.
    let layerTimes: [String: LayerTime]

    private enum CodingKeys: String, CodingKey { case parts, exposedCommunicationMilliseconds }

    /// Sums the recorded spans.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - recorders: This rank's threads; each must have recorded the same number of whole steps as every other
    ///     rank's.
    ///   - layerNames: The layers, equal on all ranks.
    ///   - communicator: The ranks.
    /// - Throws: `CollectiveError`.
    init(
        _ recorders: [SpanRecorder],
        layerNames: [String],
        communicator: any Communicator
    ) throws(CollectiveError) {
        let main = recorders[0].spans
        let waits = main.filter { $0.phase == .waitingForRanks }.map { Double($0.duration) * 1e-6 }
        let allWaits = try communicator.allGather(waits)
        let (ranks, steps) = (communicator.worldSize, waits.count)
        let exposed = (0..<steps).reduce(0.0) { sum, step in
            sum + (0..<ranks).reduce(.infinity) { min($0, allWaits[$1 * steps + step]) }
        }
        exposedCommunicationMilliseconds = exposed / Double(steps)

        let phases = Phase.ofStep
        var milliseconds = Array(repeating: 0.0, count: phases.count)
        for (span, nanoseconds) in main.exclusiveDurations() {
            guard let phase = phases.firstIndex(of: span.phase) else { continue }
            milliseconds[phase] += Double(nanoseconds) * 1e-6 / Double(steps)
        }
        let means = Self.sums(try communicator.allGather(milliseconds), count: phases.count).map { $0 / Double(ranks) }
        parts = Self.parts(
            Dictionary(uniqueKeysWithValues: zip(phases, means)),
            exposedMilliseconds: exposedCommunicationMilliseconds
        )

        var seconds = Array(repeating: 0.0, count: 2 * layerNames.count)
        let positions = Dictionary(uniqueKeysWithValues: layerNames.enumerated().map { ($1, $0) })
        for (span, nanoseconds) in recorders.flatMap({ $0.spans.exclusiveDurations() }) {
            guard let position = positions[span.layer] else { continue }
            seconds[2 * position + (span.phase == .forward ? 0 : 1)] += Double(nanoseconds) * 1e-9 / Double(steps)
        }
        let sums = Self.sums(try communicator.allGather(seconds), count: seconds.count)
        layerTimes = positions.mapValues {
            LayerTime(forwardSeconds: sums[2 * $0], backwardSeconds: sums[2 * $0 + 1])
        }
    }

    /// Sums rows of `count` numbers, which follow each other in `values`.
    private static func sums(_ values: [Double], count: Int) -> [Double] {
        (0..<count).map { column in stride(from: column, to: values.count, by: count).reduce(0) { $0 + values[$1] } }
    }

    /// The phases of a step, each without the phases inside it; the wait for other ranks is in two parts.
    private static func parts(_ means: [Phase: Double], exposedMilliseconds exposed: Double) -> [Part] {
        Phase.ofStep.flatMap { phase -> [Part] in
            let milliseconds = means[phase] ?? 0
            return switch phase {
            case .waitingForRanks:
                [
                    Part(name: "\(phase): slower ones", milliseconds: milliseconds - exposed),
                    Part(name: "\(phase): exposed communication", milliseconds: exposed),
                ]
            case .step: [Part(name: "\(phase): anything else", milliseconds: milliseconds)]
            default: [Part(name: "\(phase)", milliseconds: milliseconds)]
            }
        }
    }
}
