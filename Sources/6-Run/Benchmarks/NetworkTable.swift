import Assembly
package import ConfigurationFiles
import Formatting
import Metrics
import Networks
import Optimizers

/// A network's layers as a table: `inspect`.
package struct NetworkTable {
    /// The table, its totals, and the layers' algorithms.
    package let text: String
    /// The totals in one line.
    package let totals: String
    /// The names and shapes of the trained tensors as in checkpoints, one per line.
    package let tensors: String
    private let figures: Figures

    /// The same as JSON.
    private struct Figures: Encodable {
        struct Layer: Encodable {
            let name, kind, output: String
            let parameters, forwardFlops, activationBytes: Int
            /// Rows and columns.
            let receptiveField: [Int]
        }

        let layers: [Layer]
        let parameters, frozenParameters, forwardFlops, trainingFlops, activationBytes: Int
    }

    /// The table as JSON.
    ///
    /// - Returns: One object.
    /// - Throws: `EncodingError`.
    package func json() throws -> String { String(decoding: try JSON.data(figures), as: UTF8.self) }

    /// Creates the table.
    ///
    /// - Parameter configuration: The configuration of the network.
    /// - Throws: `ConfigurationError` if a layer is wrong.
    package init(configuration: Configuration) throws(ConfigurationError) {
        let network = try configuration.makeNetwork(maximumBatch: 1, fusesLayers: false)
        let rows = network.layerSummaries.map { layer in
            [
                layer.name, layer.kind, layer.outputShape.description, "\(layer.parameterCount)",
                Self.millions(layer.forwardFLOPs), layer.receptiveField.description,
                Format.bytes(layer.activationBytes), Format.bytes(layer.parameterCount * MemoryLayout<Float>.stride),
            ]
        }
        let header = ["layer", "kind", "output", "parameters", "MFLOP", "receptive field", "activations", "weights"]
        let activationBytes = network.layerSummaries.reduce(0) { $0 + $1.activationBytes }
        let forwardFLOPs = network.layerSummaries.reduce(0) { $0 + $1.forwardFLOPs }
        let input = [
            "", "input", network.inputShape.description, "0", "", "1×1", Format.bytes(network.inputShape.count * 4), "",
        ]
        let total = [
            "", "total", "", "\(network.parameterCount)", Self.millions(forwardFLOPs), "",
            Format.bytes(activationBytes), Format.bytes(network.parameterCount * MemoryLayout<Float>.stride),
        ]
        figures = Figures(
            layers: network.layerSummaries.map { layer in
                Figures.Layer(
                    name: layer.name,
                    kind: layer.kind,
                    output: layer.outputShape.description,
                    parameters: layer.parameterCount,
                    forwardFlops: layer.forwardFLOPs,
                    activationBytes: layer.activationBytes,
                    receptiveField: [layer.receptiveField.rows.extent, layer.receptiveField.columns.extent]
                )
            },
            parameters: network.parameterCount,
            frozenParameters: network.frozenParameterCount,
            forwardFlops: forwardFLOPs,
            trainingFlops: network.trainingFLOPs,
            activationBytes: activationBytes
        )
        totals =
            "\(Format.grouped(network.parameterCount)) parameters\(Self.frozenWords(network)), \(Self.millions(forwardFLOPs)) MFLOP an image forward, "
            + "\(Self.millions(network.trainingFLOPs)) in training, \(Format.bytes(activationBytes)) of activations"
        let names = network.parameters.map { [$0.name, $0.shape.map(String.init).joined(separator: "×")] }
        tensors = TextTable.lines([["tensor", "shape"]] + names, textColumns: [0, 1]).joined(separator: "\n")
        let fused = try configuration.makeNetwork(maximumBatch: 1)
        let plans = fused.layerSummaries.filter { !$0.plan.isEmpty }.map { "  \($0.name) \($0.kind): \($0.plan)" }
        text =
            (TextTable.lines([header, input] + rows + [total], textColumns: [0, 1]) + [
                "", Self.memory(parameterCount: network.parameterCount, optimizer: configuration.optimizer),
                "", "For one image, forward. Training on it takes \(Self.millions(network.trainingFLOPs)) MFLOP.",
            ] + (plans.isEmpty ? [] : ["", "How layers are computed:"] + plans)
            + Self.tensorLines(network)).joined(separator: "\n")
    }

    /// How many values aren't trained; empty if all are.
    private static func frozenWords(_ network: Network) -> String {
        network.frozenParameterCount > 0 ? " and \(Format.grouped(network.frozenParameterCount)) frozen ones" : ""
    }

    /// The tensors with settings of their own, a line each, under a headline; empty if there are none.
    private static func tensorLines(_ network: Network) -> [String] {
        let lines = network.parameters.filter { !$0.settings.differences.isEmpty }.map {
            "  \($0.name): \($0.settings.differences.joined(separator: ", "))"
        }
        guard !lines.isEmpty else { return [] }
        let frozen = network.frozenParameterCount
        let sum = frozen > 0 ? " (\(Format.count(frozen, "frozen value")), which the table doesn't count)" : ""
        return ["", "Tensors with settings of their own\(sum):"] + lines
    }

    private static func millions(_ count: Int) -> String { Format.fixed(Double(count) / 1e6, digits: 3) }

    /// The memory of a rank besides activations: weights, gradients, and the same again for each of the optimizer's
    /// slots.
    private static func memory(parameterCount: Int, optimizer: OptimizerOptions) -> String {
        let weightBytes = parameterCount * MemoryLayout<Float>.stride
        let slotCount = optimizer.optimizerRule.slotNames.count
        return "Training holds \(Format.bytes(weightBytes)) of weights, \(Format.bytes(weightBytes)) of gradients and "
            + "\(Format.bytes(slotCount * weightBytes)) of the optimizer's state "
            + "(\(Format.count(slotCount, "number")) a parameter), "
            + "\(Format.bytes((2 + slotCount) * weightBytes)) in all."
    }
}
