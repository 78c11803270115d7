import Checkpoints
import Formatting
package import Foundation
import Metrics
import Networks
import SwiftProtobuf

extension ExportedNetwork {
    /// Whether the normalization of pixels is part of an exported network.
    package enum Preprocessing: String, CaseIterable, Sendable {
        /// The network's input is pixels as in image files.
        case inside
        /// The network's input is normalized pixels.
        case outside
    }

    // All operators used are in opset 17, of 2022, which all runtimes since then support.
    private static let opset: Int64 = 17
    private static let irVersion: Int64 = 8
    /// Protobuf's limit of a file's size.
    private static let byteLimit = Int(Int32.max)

    /// Writes an ONNX file, completely or not at all.
    ///
    /// - Parameters:
    ///   - path: The file, which is replaced if it exists.
    ///   - preprocessing: Whether its input is pixels.
    /// - Returns: A line about what was written.
    /// - Throws: `ExportError`.
    package func writeONNX(to path: String, preprocessing: Preprocessing) throws -> String {
        let data = try onnx(preprocessing: preprocessing)
        try ExportError.write(data, to: path)
        let extents = inputExtents.map(String.init).joined(separator: ", ")
        return "\(path): ONNX, opset \(Self.opset), \(Format.bytes(data.count)); images [batch, \(extents)], "
            + "\(inputWords(preprocessing)); logits [batch, \(classNames.count)]"
    }

    /// The network as an ONNX model; the same checkpoint gives the same bytes.
    ///
    /// Its input `images` is `[batch, C, H, W]`, or `[batch, F]` of samples that are no images, its output `logits` is `[batch, K]`; tensors are named as in the
    /// checkpoint. `metadata_props` holds the names of the classes as JSON under `class_names`.
    ///
    /// - Parameter preprocessing: Whether its input is pixels.
    /// - Returns: The file's bytes.
    /// - Throws: `ExportError`.
    package func onnx(preprocessing: Preprocessing) throws -> Data {
        let byteCount = tensors.reduce(0) { $0 + 4 * $1.values.count }
        guard byteCount < Self.byteLimit - (1 << 20) else {
            throw ExportError.tooLarge(byteCount: byteCount, limit: Self.byteLimit)
        }
        var builder = ONNXGraphBuilder(tensors: tensors)
        let images = preprocessing == .inside ? scaled("images", &builder) : "images"
        _ = try builder.add(network.layers, from: images, shape: network.inputShape)
        builder.nameOutput("logits")
        var model = ONNXModel()
        model.irVersion = Self.irVersion
        model.producerName = "swift-dp-train"
        model.opsetImport = [ONNXOperatorSet.with { $0.version = Self.opset }]
        model.metadataProps = [
            try .init("class_names", json: classNames), try .init("pixel_maximum", json: pixels.maximum),
            try .init("pixel_mean", json: pixels.mean), try .init("pixel_deviation", json: pixels.standardDeviation),
            try .init("preprocessing", json: preprocessing.rawValue),
        ]
        model.graph.name = name
        model.graph.node = builder.nodes
        model.graph.initializer = builder.initializers
        model.graph.input = [ONNXValue("images", inputExtents, about: inputWords(preprocessing))]
        model.graph.output = [ONNXValue("logits", [classNames.count], about: "one logit for each class")]
        return try model.serializedData()
    }

    private func inputWords(_ preprocessing: Preprocessing) -> String {
        switch preprocessing {
        case .inside: "pixels of 0 to \(Format.shortest(pixels.maximum))"
        case .outside:
            "pixels divided by \(Format.shortest(pixels.maximum)), less the mean, over the deviation"
        }
    }

    /// Adds the normalization of pixels, in the order of the operations in training.
    private func scaled(_ images: String, _ builder: inout ONNXGraphBuilder) -> String {
        // One value per channel, for all rows and columns.
        let figures = [1, inputExtents[0]] + inputExtents.dropFirst().map { _ in 1 }
        let maximum = builder.constant("pixel_maximum", shape: [], floats: [pixels.maximum])
        let mean = builder.constant("pixel_mean", shape: figures, floats: pixels.mean)
        let deviation = builder.constant("pixel_deviation", shape: figures, floats: pixels.standardDeviation)
        var output = builder.add("Div", [images, maximum], name: "scale")
        output = builder.add("Sub", [output, mean], name: "center")
        output = builder.add("Div", [output, deviation], name: "normalize")
        guard let permutation = pixels.permutation, inputExtents.count > 1 else { return output }
        var sources = Array(repeating: 0, count: permutation.count)
        for (position, target) in permutation.enumerated() { sources[Int(target)] = position }
        let plane = builder.constant("plane_shape", integers: [0, inputExtents[0], permutation.count])
        let order = builder.constant("pixel_order", integers: sources)
        let shape = builder.constant("image_shape", integers: [0] + inputExtents)
        output = builder.add("Reshape", [output, plane], name: "planes")
        output = builder.add("Gather", [output, order], name: "permute", [.int("axis", 2)])
        return builder.add("Reshape", [output, shape], name: "image")
    }
}

extension ONNXProperty {
    init(_ key: String, json value: some Encodable) throws {
        self.init()
        self.key = key
        self.value = String(decoding: try JSON.data(value), as: UTF8.self)
    }
}

extension ONNXValue {
    /// Floats `[batch, ...]`, for any batch.
    init(_ name: String, _ extents: [Int], about words: String) {
        self.init()
        self.name = name
        docString = words
        let batch = ONNXShape.Dimension.with { $0.dimParam = "batch" }
        type.tensorType.elemType = .float
        type.tensorType.shape.dim = [batch] + extents.map { extent in .with { $0.dimValue = Int64(extent) } }
    }
}
