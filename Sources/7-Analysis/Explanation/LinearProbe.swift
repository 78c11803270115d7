import Kernels
import Optimizers
import Tensors

/// A linear classifier of images by their features; its accuracy shows how linearly separable the classes are (Alain
/// and Bengio, "Understanding intermediate layers using linear classifier probes", 2016).
///
/// Multinomial logistic regression over standardized features, starting with zero weights, with a fixed number of Adam
/// steps over all images at once: the same for all kinds of features, so that results can be compared.
package final class LinearProbe {
    /// How a probe is trained.
    package struct Options: Sendable {
        /// Steps, each over all training images.
        package var stepCount = 150
        /// Adam's learning rate.
        package var learningRate: Float = 0.003
        /// L2 regularization of the parameters.
        package var weightDecay: Float = 0.01

        /// The defaults.
        package init() {}
    }

    private let means: [Float]
    private let scales: [Float]
    private let classCount: Int
    private let inputCount: Int
    /// Weights `[D, K]`, then biases `[K]`.
    private let parameters: AlignedBuffer

    /// Trains a probe.
    ///
    /// - Parameters:
    ///   - features: The training images; constant columns are ignored.
    ///   - classCount: The number of classes; every label is smaller.
    ///   - options: The options.
    package init(trainedOn features: FeatureMatrix, classCount: Int, options: Options = Options()) {
        let means = features.columnMeans
        self.means = means
        self.classCount = classCount
        inputCount = features.columns
        let one = Array(repeating: Float(1), count: features.columns)
        let squares = features.transformed(means: means, scales: one)
        for i in 0..<squares.values.count { squares.values.base[i] *= squares.values.base[i] }
        scales = squares.columnMeans.map { $0 > 1e-12 ? 1 / $0.squareRoot() : 0 }
        parameters = AlignedBuffer(count: (features.columns + 1) * classCount)
        train(on: features.transformed(means: means, scales: scales), options: options)
    }

    /// The weights `[D, K]` for standardized features, then the biases `[K]`.
    package var values: [Float] { parameters.slice.array }

    /// The fraction of images whose class has the largest logit.
    ///
    /// - Parameter features: Images that it wasn't trained on.
    /// - Returns: The accuracy.
    package func accuracy(on features: FeatureMatrix) -> Double {
        let logits = AlignedBuffer(count: features.rows * classCount)
        let sums = evaluate(features.transformed(means: means, scales: scales), logits: logits.slice, gradient: nil)
        return Double(sums.correctCount) / Double(features.rows)
    }

    private var weightRange: Range<Int> { 0..<inputCount * classCount }
    private var biasRange: Range<Int> { weightRange.upperBound..<weightRange.upperBound + classCount }

    private func train(on standardized: FeatureMatrix, options: Options) {
        let logits = AlignedBuffer(count: standardized.rows * classCount)
        let logitGradient = AlignedBuffer(count: standardized.rows * classCount)
        let gradient = AlignedBuffer(count: parameters.count)
        let rule = OptimizerRule.adam(
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            weightDecay: options.weightDecay,
            decouplesDecay: false
        )
        let optimizer = Optimizer(rule: rule, elementCount: parameters.count)
        for step in 1...options.stepCount {
            _ = evaluate(standardized, logits: logits.slice, gradient: logitGradient.slice)
            let rows = MatrixView(standardized.values, rows: standardized.rows, columns: inputCount)
            multiply(
                rows.transposed,
                MatrixView(logitGradient.slice, rows: standardized.rows, columns: classCount),
                into: MatrixView(gradient.slice[weightRange], rows: inputCount, columns: classCount)
            )
            Elementwise.sumRows(of: logitGradient.slice, into: gradient.slice[biasRange])
            optimizer.update(
                parameters.slice,
                gradient: gradient.slice,
                learningRate: options.learningRate,
                step: step
            )
        }
    }

    private func evaluate(
        _ standardized: FeatureMatrix,
        logits: TensorSlice,
        gradient: TensorSlice?
    ) -> SoftmaxCrossEntropy.Sums {
        multiply(
            MatrixView(standardized.values, rows: standardized.rows, columns: inputCount),
            MatrixView(parameters.slice[weightRange], rows: inputCount, columns: classCount),
            into: MatrixView(logits, rows: standardized.rows, columns: classCount)
        )
        Elementwise.addRow(parameters.slice[biasRange], toRowsOf: logits)
        return SoftmaxCrossEntropy.evaluate(
            logits: logits,
            labels: standardized.labels[...],
            classCount: classCount,
            smoothing: 0,
            scale: 1 / Float(standardized.rows),
            gradient: gradient
        )
    }
}
