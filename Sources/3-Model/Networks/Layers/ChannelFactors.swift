/// A number for each channel or input, trained, or else the same for all.
struct ChannelFactors: Sendable {
    /// The trained numbers; nil where they are not trained.
    private(set) var parameter: Parameter?
    /// What they start as, or stay.
    let constant: Float

    /// The numbers of a layer.
    ///
    /// - Parameters:
    ///   - name: The tensor's name within the layer.
    ///   - constant: What the numbers start as, or stay.
    ///   - isTrained: Whether they are trained.
    ///   - shape: The tensor's shape in files.
    ///   - layout: Its order in memory; by default as in files.
    ///   - context: The layer's place.
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

    /// Takes its tensor, placed, from the front of a list.
    mutating func take(from placed: inout ArraySlice<Parameter>) {
        if parameter != nil { parameter = placed.removeFirst() }
    }
}
