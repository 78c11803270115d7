import Foundation

/// A network of the golden fixtures: its layers, initial weights and training batches.
///
/// The expected values are in the fixtures `network-<name>` and `curve-<name>-<optimizer>`.
package struct GoldenNetwork: Sendable, Decodable {
    /// A parameter's name, shape, and constants for the formula.
    package struct Parameter: Sendable, Decodable {
        /// Its name in PyTorch's Sequential, such as `5.body.0.weight`.
        package let name: String
        /// The shape, in PyTorch's layout.
        package let shape: [Int]
        let offset: Double
        let scale: Double
    }

    /// The network's name: `mlp`, `cnn` or `resnet`.
    package let name: String
    /// The shape of one image, [C, H, W].
    package let inputShape: [Int]
    /// The number of images in every batch.
    package let batchSize: Int
    /// The number of classes.
    package let classCount: Int
    /// The parameters in PyTorch's order.
    package let parameters: [Parameter]

    /// Reads a network's description.
    ///
    /// - Parameter name: `mlp`, `cnn` or `resnet`.
    /// - Returns: The description.
    /// - Throws: Foundation's error for a file that does not exist or is not as expected.
    package static func load(_ name: String) throws -> GoldenNetwork {
        let file = try Data(contentsOf: GoldenFixture.folder.appending(path: "network-\(name).json"))
        return try JSONDecoder().decode(GoldenNetwork.self, from: file)
    }

    /// The path of a configuration file with the network's layers, under `network.layers`.
    package var configurationPath: String {
        GoldenFixture.folder.appending(path: "network-\(name).yaml").path(percentEncoded: false)
    }

    /// The initial values of a parameter.
    ///
    /// - Parameter parameter: One of the network's parameters.
    /// - Returns: Its elements in row-major order.
    package func initialValues(of parameter: Parameter) -> [Float] {
        GoldenFormula.parameter(
            "\(name).\(parameter.name)",
            count: parameter.shape.reduce(1, *),
            offset: Float(parameter.offset),
            scale: Float(parameter.scale)
        )
    }

    /// The batch of one step: noise plus a pattern of the class that is constant over 64 elements.
    ///
    /// - Parameter step: The step, from 0.
    /// - Returns: The images [N, C, H, W], and a label for each.
    package func batch(step: Int) -> (images: GoldenTensor, labels: [Int]) {
        let imageSize = inputShape.reduce(1, *)
        let labels = GoldenFormula.integers("\(name).batch.\(step).labels", count: batchSize, below: classCount)
        let patterns = (0..<classCount).map { label in
            GoldenFormula.uniform("\(name).class.\(label)", count: (imageSize + 63) / 64)
        }
        let noise = GoldenFormula.uniform("\(name).batch.\(step).images", count: batchSize * imageSize)
        let images = noise.enumerated().map { index, value in
            Double(value + patterns[labels[index / imageSize]][index % imageSize / 64])
        }
        return (GoldenTensor(shape: [batchSize] + inputShape, doubles: images), labels)
    }
}
