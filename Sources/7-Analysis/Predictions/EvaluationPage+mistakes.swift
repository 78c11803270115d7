import Assembly
package import ConfigurationFiles
import Datasets
import Explanation
import Formatting
import Images
import Networks
import Reports
import Tensors

extension EvaluationPage {
    /// The width of each of a mistake's three pictures, in pixels.
    private static let tileWidth = 96

    /// The page of an evaluation, with the most confident mistakes as pictures.
    ///
    /// - Parameters:
    ///   - answers: The answers to the test images, without shift.
    ///   - evaluation: The evaluation that gave them.
    ///   - configuration: The configuration of the network.
    ///   - name: The checkpoint, as the user gave it.
    /// - Throws: `ConfigurationError`, `DatasetError`, `ImagesError`.
    package init(
        _ answers: TestAnswers,
        of evaluation: CheckpointEvaluation,
        configuration: Configuration,
        name: String
    ) throws {
        let trainingCount = evaluation.dataset.training.count
        let conditions = ["Trained on \(TrainingConditions.text(configuration, trainingCount: trainingCount))."]
        let shape = evaluation.dataset.shape
        guard case .image = evaluation.predictor.replica.network.inputShape, [1, 3].contains(shape.channels) else {
            self.init(answers, name: name, conditions: conditions, mistakes: [], evidenceMethod: "")
            return
        }
        let network = try configuration.makeNetwork(maximumBatch: 1, needsInputGradient: true, fusesLayers: false)
        let replica = Replica(of: network)
        replica.parameters.slice.copy(from: evaluation.predictor.replica.parameters.slice)
        replica.runningStatistics.slice.copy(from: evaluation.predictor.replica.runningStatistics.slice)
        let explained = ExplainedNetwork(replica: replica, maximumBatch: 1)
        let source = try ImageSource(dataset: evaluation.dataset)
        let test = evaluation.dataset.test
        let names = try evaluation.dataset.testNames()
        let figures = try answers.surestMistakes(Self.mistakeLimit).map { mistake in
            try explained.evidence(
                in: source.image(mistake.index, of: test),
                photograph: source.photograph(mistake.index, of: test),
                for: [mistake.answer, mistake.label],
                tileWidth: Self.tileWidth
            ).figure(caption: Self.caption(mistake, name: names?[mistake.index], classNames: answers.classNames))
        }
        self.init(
            answers,
            name: name,
            conditions: conditions,
            mistakes: figures,
            evidenceMethod: explained.evidenceMethod
        )
    }

    private static func caption(_ mistake: TestAnswers.Answer, name: String?, classNames: [String]) -> String {
        let probability = Format.fixed(100 * Double(mistake.probability), digits: 1)
        return
            "\(name ?? "Test image \(mistake.index)"): \(classNames[mistake.label]), taken for \(classNames[mistake.answer]) "
            + "with \(probability) %"
    }
}
