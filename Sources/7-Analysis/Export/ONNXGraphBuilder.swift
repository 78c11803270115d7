import Checkpoints
import Foundation
import Networks
import SwiftProtobuf

/// Builds an ONNX graph node by node; the same order of calls gives the same file.
struct ONNXGraphBuilder {
    private(set) var nodes: [ONNXNode] = []
    private(set) var initializers: [ONNXTensor] = []
    private let tensors: [String: NamedTensor]

    /// - Parameter tensors: The tensors of the layers, by name.
    init(tensors: [NamedTensor]) {
        self.tensors = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0) })
    }

    /// Adds layers in a sequence.
    ///
    /// - Parameters:
    ///   - layers: The layers.
    ///   - input: The name of the first one's input.
    ///   - shape: The shape of one sample.
    /// - Returns: The name of the last one's output.
    /// - Throws: `ExportError.noCounterpart`.
    mutating func add(_ layers: [NamedLayer], from input: String, shape: FeatureShape) throws(ExportError) -> String {
        var output = input
        for var place in ExportedLayer.layers(of: layers, inputShape: shape) {
            place.input = output
            output = try LayerMapping.of(place, format: "ONNX").onnx(place, &self)
        }
        return output
    }

    /// Adds the branches of a layer, which all have the layer's input.
    ///
    /// - Parameter place: The layer.
    /// - Returns: The names of their outputs.
    /// - Throws: `ExportError.noCounterpart`.
    mutating func add(branchesOf place: ExportedLayer) throws(ExportError) -> [String] {
        var outputs: [String] = []
        for branch in place.branches {
            outputs.append(try add(branch.layers, from: place.input, shape: place.inputShape))
        }
        return outputs
    }

    /// Adds the node of a layer that needs only one.
    ///
    /// - Parameters:
    ///   - operation: The ONNX operator.
    ///   - place: The layer.
    ///   - parameters: Its tensors, in the order of the operator's inputs.
    ///   - attributes: The operator's attributes.
    /// - Returns: The name of its output.
    mutating func add(
        _ operation: String,
        _ place: ExportedLayer,
        parameters: [String] = [],
        _ attributes: [ONNXAttribute] = []
    ) -> String {
        let names = parameters.map { parameter(place.tensor($0)) }
        return add(operation, [place.input] + names, name: place.name, attributes)
    }

    /// Adds one of the checkpoint's tensors.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - shape: Another shape with the same number of elements; by default its own.
    /// - Returns: Its name.
    mutating func parameter(_ name: String, shape: [Int]? = nil) -> String {
        guard let tensor = tensors[name] else { preconditionFailure("ONNX: no tensor \(name) found") }
        return constant(name, shape: shape ?? tensor.shape, floats: tensor.values)
    }

    /// Adds a layer's tensor, or a constant if it isn't trained.
    ///
    /// - Parameters:
    ///   - place: The layer.
    ///   - suffix: The tensor's name in the layer.
    ///   - value: The constant.
    ///   - isTrained: Whether it is trained.
    ///   - shape: The tensor's shape.
    /// - Returns: The name.
    mutating func factors(
        _ place: ExportedLayer,
        _ suffix: String,
        constant value: Float,
        isTrained: Bool,
        shape: [Int]
    ) -> String {
        let name = place.tensor(suffix)
        guard !isTrained else { return parameter(name) }
        return constant(name, shape: shape, floats: Array(repeating: value, count: shape.reduce(1, *)))
    }

    /// Adds a node.
    ///
    /// - Parameters:
    ///   - operation: The ONNX operator.
    ///   - inputs: The names of its inputs.
    ///   - name: The node's name.
    ///   - attributes: The operator's attributes.
    /// - Returns: The name of its output.
    mutating func add(
        _ operation: String,
        _ inputs: [String],
        name: String,
        _ attributes: [ONNXAttribute] = []
    ) -> String {
        var node = ONNXNode()
        node.opType = operation
        node.name = name
        node.input = inputs
        node.output = ["\(name).output"]
        node.attribute = attributes
        nodes.append(node)
        return node.output[0]
    }

    /// Adds constant numbers.
    ///
    /// - Returns: Their name.
    mutating func constant(_ name: String, shape: [Int], floats: [Float]) -> String {
        initializers.append(ONNXTensor(name: name, shape: shape, floats: floats))
        return name
    }

    /// Adds constant integers.
    ///
    /// - Returns: Their name.
    mutating func constant(_ name: String, integers: [Int]) -> String {
        initializers.append(ONNXTensor(name: name, integers: integers))
        return name
    }

    /// Renames the last node's output.
    mutating func nameOutput(_ name: String) {
        nodes[nodes.count - 1].output = [name]
    }
}

extension ONNXTensor {
    init(name: String, shape: [Int], floats: [Float]) {
        self.init()
        self.name = name
        dims = shape.map(Int64.init)
        dataType = .float
        rawData = Data(capacity: 4 * floats.count)
        floats.map(\.bitPattern.littleEndian).withUnsafeBytes { rawData.append(contentsOf: $0) }
    }

    init(name: String, integers: [Int]) {
        self.init()
        self.name = name
        dims = [Int64(integers.count)]
        dataType = .int64
        integers.map { Int64($0).littleEndian }.withUnsafeBytes { rawData.append(contentsOf: $0) }
    }
}

extension ONNXAttribute {
    static func int(_ name: String, _ value: Int) -> ONNXAttribute {
        var attribute = ONNXAttribute(name, .int)
        attribute.i = Int64(value)
        return attribute
    }

    static func float(_ name: String, _ value: Float) -> ONNXAttribute {
        var attribute = ONNXAttribute(name, .float)
        attribute.f = value
        return attribute
    }

    static func ints(_ name: String, _ values: [Int]) -> ONNXAttribute {
        var attribute = ONNXAttribute(name, .ints)
        attribute.ints = values.map(Int64.init)
        return attribute
    }

    static func string(_ name: String, _ value: String) -> ONNXAttribute {
        var attribute = ONNXAttribute(name, .string)
        attribute.s = Data(value.utf8)
        return attribute
    }

    private init(_ name: String, _ type: Kind) {
        self.init()
        self.name = name
        self.type = type
    }
}
