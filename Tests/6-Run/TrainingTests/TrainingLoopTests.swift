import Checkpoints
import Collectives
import ConfigurationFiles
import Foundation
import Metrics
import RunSupport
import TestSupport
import Testing
import Training

/// A whole run on one rank, checked by its files: 100 images in four steps per epoch, the last of them smaller.
@Suite(.timeLimit(.minutes(10))) struct TrainingLoopTests {
    private static let batches = [30, 30, 30, 10]

    @Test func anEpochsMetricsCoverItsOwnStepsOnly() throws {
        try train(["training.epochs=3"]) { log, _ in
            try #require(log.epochs.count == 3)
            for (index, epoch) in log.epochs.enumerated() {
                let steps = log.steps.filter { $0.epoch == index + 1 }
                #expect(steps.count == 4)
                let loss = zip(steps, Self.batches).reduce(0) { $0 + $1.0.trainLoss * Double($1.1) } / 100
                #expect(abs(epoch.trainLoss - loss) < 1e-9)
                let accuracy = zip(steps, Self.batches).reduce(0) { $0 + $1.0.trainAccuracy * Double($1.1) } / 100
                #expect(abs(epoch.trainAccuracy - accuracy) < 1e-9)
            }
        }
    }

    /// A logged step tells of the steps since the one before, an epoch of its own.
    @Test func ratesAndTimesAreOfTheirOwnStepsAlone() throws {
        try train(["training.epochs=3"]) { log, _ in
            let starts = [0] + log.steps.map(\.elapsedSeconds)
            for (index, step) in log.steps.enumerated() {
                let rate = Double(Self.batches[index % 4]) / (step.elapsedSeconds - starts[index])
                #expect(abs(step.imagesPerSecond / rate - 1) < 1e-6, "step \(step.step)")
            }
            for epoch in log.epochs {
                // Each tells of the step before it; the run's first knows of none.
                let steps = log.steps.filter { $0.epoch == epoch.epoch && $0.step > 1 }
                let mean = steps.reduce(0) { $0 + $1.rankStepSeconds.mean } / Double(steps.count)
                #expect(abs(epoch.rankStepSeconds.mean / mean - 1) < 1e-6, "epoch \(epoch.epoch)")
            }
        }
    }

    @Test func checkpointsFallOnTheConfiguredEpochsAndBothEnds() throws {
        try train(["training.epochs=5", "checkpoint.everyEpochs=2", "checkpoint.keepLast=9"]) { log, _ in
            #expect(log.checkpoints.map(\.step) == [0, 8, 16, 20])
        }
    }

    @Test func evaluationsAreAfterTheConfiguredEpochsAndTheLast() throws {
        try train(["training.epochs=5", "evaluation.everyEpochs=2"]) { log, _ in
            #expect(log.epochs.filter { $0.testLoss != nil }.map(\.epoch) == [2, 4, 5])
            #expect(log.epochs.filter { $0.testAccuracy != nil }.map(\.epoch) == [2, 4, 5])
        }
    }

    @Test func aRunThatStopsWithinAnEpochIsEvaluatedWithItsLastWeights() throws {
        var losses: [Double?] = []
        // Once after an evaluation of older weights, once without any.
        for every in [1, 9] {
            let overrides = ["training.epochs=3", "optimizer.learningRate=0.01", "evaluation.everyEpochs=\(every)"]
            try train(overrides, maximumSteps: 6) { log, folder in
                losses.append(try RunSummary(path: "\(folder)/summary.json").testLoss)
                #expect(log.epochs.map { $0.testLoss == nil } == [every > 1])
            }
        }
        #expect(losses[0] != nil && losses[0] == losses[1])
    }

    @Test func aCheckpointsMetricIsTheTestAccuracyOfItsWeights() throws {
        let overrides = ["training.epochs=4", "evaluation.everyEpochs=2", "checkpoint.keepLast=9"]
        try train(overrides + ["optimizer.learningRate=0.01"]) { log, folder in
            for epoch in log.epochs {
                let path = "\(folder)/checkpoints/\(CheckpointStore.folderName(step: epoch.step))"
                let metric = try CheckpointStore.load(path).requireResumePoint().manifest.metric
                #expect(metric == epoch.testAccuracy, "epoch \(epoch.epoch)")
            }
            #expect(Set(log.epochs.map { $0.testLoss == nil }) == [true, false])
        }
    }

    @Test func theTimeoutFollowsTheDurationOfSteps() throws {
        let communicator = SoloCommunicator()
        // A timeout that the loop must replace after the first step.
        try train([], communicator, before: { communicator.timeout = .seconds(7777) }) { _, _ in
            #expect(communicator.timeout < .seconds(7777))
            #expect(communicator.timeout >= .seconds(60))
        }
    }

    @Test func aRequestedStopWritesACheckpointAndTheReason() throws {
        try withTemporaryFolder { folder in
            var count = 0
            let run = try TrainingRun(
                configuration: SmallRun(overrides: ["training.globalBatchSize=30"]).configuration,
                options: .init(resume: .automatic, directory: folder, configurationName: "small"),
                communicator: SoloCommunicator(),
                checkpointFileSystem: POSIXFileSystem(),
                stopReason: {
                    count += 1
                    return count > 2 ? .timeLimit : .none
                }
            )
            #expect(try run.run() == .interrupted(reason: "the time limit"))
            let summary = try RunSummary(path: "\(folder)/summary.json")
            #expect(!summary.completed && summary.stoppedBecause == "the time limit" && summary.testAccuracy == nil)
            #expect(try CheckpointStore.load(folder).requireResumePoint().manifest.step == summary.steps)
            #expect(summary.steps == 3)
        }
    }

    @Test func oldCheckpointsThatCannotBeRemovedAreReported() throws {
        let disk = ClingingFileSystem()
        let overrides = ["training.epochs=3", "checkpoint.keepLast=1", "checkpoint.keepBest=0"]
        try train(overrides, disk: disk) { log, folder in
            #expect(log.warnings.count == 1, "\(log.warnings)")
            #expect(log.warnings.first?.contains("an old checkpoint can't be removed") == true)
            #expect(log.warnings.first?.contains(".trash-step-00000000") == true)
        }
    }

    private func train(
        _ overrides: [String],
        _ communicator: SoloCommunicator = SoloCommunicator(),
        disk: any FileSystem = POSIXFileSystem(),
        maximumSteps: Int? = nil,
        before: () -> Void = {},
        _ body: (RunLog, _ folder: String) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            let batches = ["training.globalBatchSize=30", "logging.everySteps=1"]
            let run = try TrainingRun(
                configuration: SmallRun(overrides: batches + overrides).configuration,
                options: .init(
                    resume: .automatic,
                    directory: folder,
                    maximumSteps: maximumSteps,
                    configurationName: "small"
                ),
                communicator: communicator,
                checkpointFileSystem: disk,
                stopReason: { .none }
            )
            before()
            #expect(try run.run() == .completed)
            try body(RunLog(folder), folder)
        }
    }
}

/// The machine's own file system, on which removing weights fails.
private struct ClingingFileSystem: ForwardingFileSystem {
    let base = POSIXFileSystem()

    func remove(_ path: String) throws(FileSystemError) {
        guard !path.contains("step-00000000") else {
            throw FileSystemError(operation: "remove", path: path, code: EPERM)
        }
        try base.remove(path)
    }
}
