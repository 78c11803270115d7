import Convolution
import Kernels
import Tensors

/// A convolution whose padding isn't zeros: copies the image with its padding, and convolves the copy.
struct PaddedPlan<Inner: LayerPlan>: LayerPlan {
    private var inner: Inner
    private let field: ReceptiveField
    private let inputWidth: Int
    private let inputCount: Int
    private let channels: Int
    private let maximumBatch: Int
    /// For each row and column of the padded image, that of the image whose values it has.
    private let rows: [Int]
    private let columns: [Int]

    /// A plan.
    ///
    /// - Parameters:
    ///   - shape: The convolution with its padding.
    ///   - mode: The values of the padding.
    ///   - context: The layer's context.
    ///   - makeInner: Plans the convolution of the padded image.
    /// - Throws: `LayerError` if the image is too small for the padding.
    init(
        _ shape: ConvolutionShape,
        _ mode: PaddingMode,
        _ context: LayerContext,
        makeInner: (ConvolutionShape) -> Inner
    ) throws(LayerError) {
        func sources(_ before: Int, _ after: Int, _ extent: Int) throws(LayerError) -> [Int] {
            guard max(before, after) <= mode.limit(extent: extent) else {
                throw context.error(
                    "a padding of \(max(before, after)) pixels is too much for \(mode.rawValue) on an input of \(extent)",
                    option: "padding"
                )
            }
            return (-before..<extent + after).compactMap { mode.source(of: $0, extent: extent) }
        }
        rows = try sources(shape.paddingTop, shape.paddingBottom, shape.inputHeight)
        columns = try sources(shape.paddingLeft, shape.paddingRight, shape.inputWidth)
        var padded = shape
        (padded.inputHeight, padded.inputWidth) = (rows.count, columns.count)
        (padded.paddingTop, padded.paddingBottom, padded.paddingLeft, padded.paddingRight) = (0, 0, 0, 0)
        inner = makeInner(padded)
        var field = inner.receptiveField
        (field.rows.padding, field.columns.padding) = (shape.paddingTop, shape.paddingLeft)
        self.field = field
        inputWidth = shape.inputWidth
        inputCount = shape.inputCount
        channels = shape.inputChannels
        maximumBatch = context.maximumBatch
    }

    private var paddedCount: Int { rows.count * columns.count * channels }
    private var roomCount: Int { AlignedBuffer.aligned(maximumBatch * paddedCount) }

    var outputShape: FeatureShape { inner.outputShape }
    var parameters: [Parameter] {
        get { inner.parameters }
        set { inner.parameters = newValue }
    }
    var forwardFLOPs: Int { inner.forwardFLOPs }
    var receptiveField: ReceptiveField { field }
    var algorithm: String { inner.algorithm + ", of a padded copy" }
    var preparedCount: Int { inner.preparedCount }
    // The padded images, and what the convolution saves.
    var savedCount: Int { roomCount + inner.savedCount }
    // The gradient with respect to the padded images, and the convolution's scratch.
    var scratchCount: Int { roomCount + inner.scratchCount }

    func prepare(parameters: TensorSlice, into prepared: TensorSlice) {
        inner.prepare(parameters: parameters, into: prepared)
    }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        let padded = pass.saved.prefix(pass.batch * paddedCount)
        forEachPixel(batch: pass.batch) { place, source in
            padded[place..<place + channels].copy(from: input[source..<source + channels])
        }
        inner.forward(padded, into: output, pass: innerPass(pass))
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        let paddedGradient = gradients.input.map { _ in pass.scratch.prefix(pass.batch * paddedCount) }
        inner.backward(
            input: pass.saved.prefix(pass.batch * paddedCount),
            output: output,
            gradients: gradients.replacing(input: paddedGradient),
            pass: innerPass(pass)
        )
        guard let inputGradient = gradients.input, let paddedGradient else { return }
        inputGradient.fill(0)
        forEachPixel(batch: pass.batch) { place, source in
            Elementwise.add(paddedGradient[place..<place + channels], to: inputGradient[source..<source + channels])
        }
    }

    /// Calls `body` for the pixels of the padded images, with their positions and those of their values.
    private func forEachPixel(batch: Int, _ body: (_ place: Int, _ source: Int) -> Void) {
        var place = 0
        for start in stride(from: 0, to: batch * inputCount, by: inputCount) {
            for row in rows {
                for column in columns {
                    body(place, start + (row * inputWidth + column) * channels)
                    place += channels
                }
            }
        }
    }

    private func innerPass(_ pass: LayerPass) -> LayerPass {
        var result = pass
        result.saved = pass.saved[roomCount..<pass.saved.count]
        result.scratch = pass.scratch[roomCount..<pass.scratch.count]
        return result
    }
}
