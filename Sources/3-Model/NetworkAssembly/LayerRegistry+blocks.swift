import ConfigurationFiles
import Networks

extension LayerRegistry {
    /// Layers that contain layers, and layers that only change the shape.
    static let blocks = [
        Entry(Concatenate.self, means: "the outputs of branches, concatenated along the channels") {
            options throws(ConfigurationError) in
            let meaning = "the layers of each branch; without layers the input as it is"
            var branches: [[any Layer]] = []
            for branch in try options.branches("branches", means: meaning) { branches.append(try branch.assemble()) }
            return Concatenate(branches: branches)
        },
        Entry(Flatten.self, means: "an image as a vector") { _ throws(ConfigurationError) in Flatten() },
        Entry(Residual.self, means: "a residual block: the sum of the outputs of two branches") {
            options throws(ConfigurationError) in
            Residual(
                body: try options.layers("body", means: "the first branch").assemble(),
                shortcut: try options.layers("shortcut", means: "the second branch; without layers the identity")
                    .assemble()
            )
        },
    ]
}
