import Reports
import Testing

@Suite(.timeLimit(.minutes(10))) struct TrainingConditionsTests {
    private let settings = [
        "dataset.name": "cifar10", "dataset.limit": "10000", "training.epochs": "3", "training.globalBatchSize": "128",
        "optimizer.name": "adam", "optimizer.learningRate": "0.002", "schedule.name": "cosine",
    ]

    @Test func namesDataEpochsBatchAndOptimizer() {
        let rest = "3 epochs, batch 128, adam, learning rate 0.002, cosine schedule"
        #expect(
            TrainingConditions.text(settings, trainingCount: 50_000)
                == "cifar10: 10,000 of 50,000 training images, \(rest)"
        )
        #expect(TrainingConditions.text(settings, trainingCount: 5000) == "cifar10: 5,000 training images, \(rest)")
        #expect(TrainingConditions.text(settings) == "cifar10: 10,000 training images, \(rest)")
        var whole = settings
        whole["dataset.limit"] = "null"
        #expect(TrainingConditions.text(whole) == "cifar10: all training images, \(rest)")
    }

    @Test func leavesOutWhatIsNotKnown() {
        #expect(TrainingConditions.text(["training.epochs": "1"]) == "all training images, 1 epoch")
    }
}
