/// One number per channel or input, either trained or constant.
struct ChannelFactors: Sendable {
    /// The trained numbers; nil for a constant.
    private(set) var parameter: Parameter?
    /// The initial value, or the constant.
    let constant: Float

    /// The numbers of a layer.
    ///
    /// - Parameters:
    ///   - name: The tensor's name within the layer.
    ///   - constant: The initial value, or the constant.
    ///   - isTrained: Whether they are trained.
    ///   - shape: The tensor's shape in files.
    ///   - layout: Its order in memory; by default that of files.
    ///   - context: The layer's context.
    init(
        _ name: String,
        constant: Float,
        isTrained: Bool,
        shape: [Int],
        layout: ParameterLayout = .sameAsFile,
        _ context: LayerContext
    ) {
        self.constant = constant
        guard isTrained else { return }
        parameter = Parameter(
            name: context.tensorName(name),
            shape: shape,
            layout: layout,
            initializer: .constant(constant)
        )
    }

    /// Takes its tensor from the front of a list.
    mutating func take(from placed: inout ArraySlice<Parameter>) {
        if parameter != nil { parameter = placed.removeFirst() }
    }
}
