import Tensors

/// The scale and the shift behind a normalization: tensors `weight` and `bias`, each either trained or constant.
struct ScaleAndShift: Sendable {
    /// Slices of the size of each.
    typealias Factors = (weight: TensorSlice, bias: TensorSlice)

    private var weight: Parameter?
    private var bias: Parameter?
    private let count: Int

    /// A layer's scale and shift.
    ///
    /// - Parameters:
    ///   - shape: The shape of both in files.
    ///   - layout: Their order in memory; by default that of files.
    ///   - hasWeight: Whether the scale is trained; otherwise it is 1.
    ///   - hasBias: Whether the shift is trained; otherwise it is 0.
    ///   - context: The layer's context.
    init(
        shape: [Int],
        layout: ParameterLayout = .sameAsFile,
        hasWeight: Bool,
        hasBias: Bool,
        _ context: LayerContext
    ) {
        func parameter(_ name: String, _ value: Float) -> Parameter {
            Parameter(name: context.tensorName(name), shape: shape, layout: layout, initializer: .constant(value))
        }
        count = shape.reduce(1, *)
        if hasWeight { weight = parameter("weight", 1) }
        if hasBias { bias = parameter("bias", 0) }
    }

    /// The trained ones, scale first.
    var parameters: [Parameter] {
        get { [weight, bias].compactMap { $0 } }
        set {
            var rest = newValue[...]
            if weight != nil { weight = rest.removeFirst() }
            if bias != nil { bias = rest.removeFirst() }
        }
    }

    /// Room for both, for constants in prepared memory and for gradients of constants in scratch memory.
    var roomCount: Int { 2 * count }

    /// Writes the constants.
    func prepare(into prepared: TensorSlice) {
        prepared.prefix(count).fill(1)
        prepared[count..<2 * count].fill(0)
    }

    /// The values of a pass.
    func factors(_ pass: LayerPass) -> Factors {
        (
            weight.map { pass.parameters[$0.range] } ?? pass.prepared.prefix(count),
            bias.map { pass.parameters[$0.range] } ?? pass.prepared[count..<2 * count]
        )
    }

    /// Where their gradients go; those of constants, which nothing reads, to scratch memory.
    func gradients(_ gradients: LayerGradients, _ pass: LayerPass) -> Factors {
        (
            weight.map(gradients.gradient) ?? pass.scratch.prefix(count),
            bias.map(gradients.gradient) ?? pass.scratch[count..<2 * count]
        )
    }

    /// Tells that the gradients are written.
    func areReady(_ gradients: LayerGradients) {
        gradients.areReady(parameters)
    }
}
