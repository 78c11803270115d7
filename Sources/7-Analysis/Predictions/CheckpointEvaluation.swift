import Assembly
package import Collectives
package import ConfigurationFiles
package import Datasets
import Kernels
import Networks
import Tensors

/// A checkpoint and a test set to evaluate on all ranks: `evaluate`.
package final class CheckpointEvaluation {
    /// The data set whose test images are evaluated.
    package let dataset: ImageDataset
    package let predictor: Predictor

    /// Loads a checkpoint's weights on rank 0, sends them to all ranks, and loads the test set.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - checkpoint: A run folder, a checkpoint folder or a file of weights.
    ///   - configuration: Describes the network and the data.
    ///   - communicator: The ranks.
    ///   - notice: Called on rank 0 for newer checkpoints that were skipped; by default ignored.
    /// - Throws: The typed errors of the modules below.
    package init(
        checkpoint: String,
        configuration: Configuration,
        communicator: any Communicator,
        notice: @escaping (String) -> Void = { _ in }
    ) throws {
        predictor = try Predictor(
            checkpoint: checkpoint,
            configuration: configuration,
            communicator: communicator,
            notice: notice
        )
        dataset = try communicator.keepingInTouch { try configuration.dataset.load() }
    }

    private init(predictor: Predictor, dataset: ImageDataset) {
        self.predictor = predictor
        self.dataset = dataset
    }

    /// The same checkpoint, to evaluate on its training images, without augmentation.
    package var onTrainingImages: CheckpointEvaluation {
        CheckpointEvaluation(predictor: predictor, dataset: dataset.testedOnTrainingImages)
    }

    /// Evaluates the test images, optionally shifted by some pixels with a reflected border.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - shiftPixels: How far the images are shifted down, up, right and left in turn; by default not at all.
    ///   - views: The views of an image over which logits are averaged; by default the image only.
    ///   - observe: Called with each image's answer and logits, in order; by default ignored.
    /// - Returns: The answers for all directions, on every rank.
    /// - Throws: `DatasetError.invalidOption` if the images are too small for the shift; `CollectiveError`.
    package func run(
        shiftPixels: Int = 0,
        views: TestTimeAugmentation = .none,
        observe: (TestAnswers.Answer, _ logits: ArraySlice<Float>) -> Void = { _, _ in }
    ) throws -> TestAnswers {
        var answers = TestAnswers(classNames: dataset.classNames)
        for shift in PixelShift.inEachDirection(pixels: shiftPixels) {
            let loader = try BatchLoader(dataset: dataset, shift: shift, views: views)
            try predictor.run(
                count: dataset.test.count,
                views: views,
                load: { load($0, view: $1, with: loader, into: $2) }
            ) { chunk in
                add(chunk, to: &answers, observe: observe)
            }
        }
        return answers
    }

    private func load(
        _ images: Range<Int>,
        view: Augmentation.Placement,
        with loader: BatchLoader,
        into input: TensorSlice
    ) -> [Bool] {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: images.count) { labels in
            loader.load(
                images.map(Int32.init)[...],
                from: dataset.test,
                epoch: nil,
                view: view,
                into: input,
                labels: labels
            )
        }
        return Array(repeating: true, count: images.count)
    }

    private func add(
        _ chunk: Predictor.Chunk,
        to answers: inout TestAnswers,
        observe: (TestAnswers.Answer, _ logits: ArraySlice<Float>) -> Void
    ) {
        let classCount = dataset.classNames.count
        let labels = chunk.images.map { Int32(dataset.test.labels[$0]) }
        let logits = AlignedBuffer(count: chunk.logits.count)
        logits.slice.copy(from: Array(chunk.logits))
        let sums = LossFunction(labelSmoothing: 0, gradientScale: 1).evaluate(
            logits: logits.slice.prefix(chunk.logits.count),
            labels: labels[...],
            classCount: classCount,
            gradient: nil
        )
        answers.lossSum += Double(sums.loss)
        for (position, image) in chunk.images.enumerated() {
            let start = chunk.logits.startIndex + position * classCount
            let row = chunk.logits[start..<start + classCount]
            let best = largest(of: row)
            let answer = TestAnswers.Answer(
                index: image,
                label: Int(labels[position]),
                answer: best,
                probability: softmax(row)[best]
            )
            answers.images.append(answer)
            observe(answer, row)
        }
    }
}
