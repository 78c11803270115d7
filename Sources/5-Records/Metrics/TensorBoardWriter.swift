package import Foundation
import SwiftProtobuf

/// Writes a run's scalars to an event file for TensorBoard; only one process of a run may do this.
///
/// A record is its length (u64, little-endian), the length's masked CRC-32C, the event, and the event's masked CRC-32C
/// (TensorFlow's record format). Each record is written immediately, so that TensorBoard can follow a running run.
package final class TensorBoardWriter {
    private let file: AppendOnlyFile

    /// Creates an event file for this process.
    ///
    /// - Parameters:
    ///   - directory: The folder, which must exist.
    ///   - step: The step of the checkpoint that is resumed; TensorBoard then ignores earlier records of later steps.
    ///   - wallTime: The current time, in seconds since 1970.
    /// - Throws: `MetricsError.unwritable`.
    package init(directory: String, resumingAtStep step: Int?, wallTime: Double) throws(MetricsError) {
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
        // TensorBoard takes the first mark of a run for its beginning, so a new run needs one, too. A later mark also
        // removes records of its own step, so it has the number of the first step that is trained again.
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
    /// - Parameter event: The event.
    /// - Throws: `MetricsError.unwritable`; no part of the event is in the file then.
    package func write(_ event: RunEvent) throws(MetricsError) {
        switch event {
        case .step(let record):
            try write(record.scalars, step: record.step, wallTime: record.wallTime)
        case .epoch(let record):
            try write(record.scalars, step: record.step, wallTime: record.wallTime)
        case .start, .checkpoint, .warning, .slowRank, .stop: break
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

    /// Encodes an event as a record of the file.
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
            ("epoch/validation_loss", validationLoss), ("epoch/validation_accuracy", validationAccuracy),
        ]
    }
}
