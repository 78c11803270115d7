import Kernels

/// The shape of a weight matrix `[inputs, outputs]` as it lies in the flat parameters; filters have
/// kernel height × kernel width × channels inputs.
package struct WeightMatrix: Sendable, Equatable {
    /// Rows: the inputs of each output.
    package let inputs: Int
    /// Columns: output features or channels.
    package let outputs: Int

    package init(inputs: Int, outputs: Int) {
        self.inputs = inputs
        self.outputs = outputs
    }

    /// The iterations that make its direction orthogonal.
    var iterations: NewtonSchulz { NewtonSchulz(rows: inputs, columns: outputs) }
}
