import Export
import Foundation
import SwiftProtobuf

/// Runs an ONNX model by the definition of its operators (onnx/docs/Operators.md), value by value: slow and obvious.
struct ONNXInterpreter {
    /// Floats with their shape, `[N, C, H, W]` or `[N, K]`.
    struct Value {
        var shape: [Int]
        var values: [Float]

        subscript(_ n: Int, _ c: Int, _ h: Int, _ w: Int) -> Float {
            values[((n * shape[1] + c) * shape[2] + h) * shape[3] + w]
        }
    }

    enum Failure: Error {
        case unknownOperator(String)
    }

    private let model: ONNXModel

    init(_ data: Data) throws { model = try ONNXModel(serializedBytes: data) }

    /// Computes `logits` from `images`.
    func run(images: Value) throws -> Value {
        var values = ["images": images]
        var integers: [String: [Int]] = [:]
        for tensor in model.graph.initializer {
            let shape = tensor.dims.map(Int.init)
            switch tensor.dataType {
            case .int64: integers[tensor.name] = tensor.rawData.numbers(of: Int64.self).map(Int.init)
            default: values[tensor.name] = Value(shape: shape, values: tensor.rawData.numbers(of: Float.self))
            }
        }
        for node in model.graph.node {
            let inputs = node.input.compactMap { values[$0] }
            let whole = node.input.compactMap { integers[$0] }
            values[node.output[0]] = try Self.run(node, inputs, whole.first ?? [])
        }
        return values["logits"] ?? Value(shape: [], values: [])
    }

    private static func run(_ node: ONNXNode, _ x: [Value], _ integers: [Int]) throws -> Value {
        switch node.opType {
        case "Conv": convolve(node, x)
        case "MaxPool": pool(node, x[0]) { $0.max() ?? 0 }
        case "AveragePool": pool(node, x[0]) { $0.reduce(0, +) / Float($0.count) }
        case "GlobalAveragePool": meanOfPlanes(x[0])
        case "Gemm": multiply(x)
        case "BatchNormalization": normalize(node, x)
        case "Flatten":
            Value(shape: [x[0].shape[0], x[0].shape.dropFirst().reduce(1, *)], values: x[0].values)
        case "Relu": Value(shape: x[0].shape, values: x[0].values.map { max($0, 0) })
        case "Add": combine(x[0], x[1], +)
        case "Sub": combine(x[0], x[1], -)
        case "Mul": combine(x[0], x[1], *)
        case "Div": combine(x[0], x[1], /)
        case "Reshape":
            Value(
                shape: integers.enumerated().map { $1 == 0 ? x[0].shape[$0] : $1 },
                values: x[0].values
            )
        case "Gather": gather(x[0], integers)
        default: throw Failure.unknownOperator(node.opType)
        }
    }

    private static func convolve(_ node: ONNXNode, _ x: [Value]) -> Value {
        let (image, filters) = (x[0], x[1])
        let pads = node.integers("pads", [0, 0, 0, 0])
        let strides = node.integers("strides", [1, 1])
        let kernel = [filters.shape[2], filters.shape[3]]
        let height = (image.shape[2] + pads[0] + pads[2] - kernel[0]) / strides[0] + 1
        let width = (image.shape[3] + pads[1] + pads[3] - kernel[1]) / strides[1] + 1
        var result = Value(shape: [image.shape[0], filters.shape[0], height, width], values: [])
        for n in 0..<image.shape[0] {
            for o in 0..<filters.shape[0] {
                for row in 0..<height {
                    for column in 0..<width {
                        var sum = x.count > 2 ? Double(x[2].values[o]) : 0
                        for c in 0..<image.shape[1] {
                            for i in 0..<kernel[0] {
                                for j in 0..<kernel[1] {
                                    let (y, z) = (row * strides[0] + i - pads[0], column * strides[1] + j - pads[1])
                                    guard (0..<image.shape[2]).contains(y), (0..<image.shape[3]).contains(z) else {
                                        continue
                                    }
                                    sum += Double(image[n, c, y, z]) * Double(filters[o, c, i, j])
                                }
                            }
                        }
                        result.values.append(Float(sum))
                    }
                }
            }
        }
        return result
    }

    private static func pool(_ node: ONNXNode, _ x: Value, _ combine: ([Float]) -> Float) -> Value {
        let kernel = node.integers("kernel_shape", [1, 1])
        let strides = node.integers("strides", [1, 1])
        let (height, width) = ((x.shape[2] - kernel[0]) / strides[0] + 1, (x.shape[3] - kernel[1]) / strides[1] + 1)
        var result = Value(shape: [x.shape[0], x.shape[1], height, width], values: [])
        for n in 0..<x.shape[0] {
            for c in 0..<x.shape[1] {
                for row in 0..<height {
                    for column in 0..<width {
                        let window = (0..<kernel[0]).flatMap { i in
                            (0..<kernel[1]).map { x[n, c, row * strides[0] + i, column * strides[1] + $0] }
                        }
                        result.values.append(combine(window))
                    }
                }
            }
        }
        return result
    }

    private static func meanOfPlanes(_ x: Value) -> Value {
        let count = x.shape[2] * x.shape[3]
        let means = stride(from: 0, to: x.values.count, by: count).map { start in
            Float(x.values[start..<start + count].reduce(0.0) { $0 + Double($1) } / Double(count))
        }
        return Value(shape: [x.shape[0], x.shape[1], 1, 1], values: means)
    }

    /// `x · Wᵀ + b`.
    private static func multiply(_ x: [Value]) -> Value {
        let (rows, inner, columns) = (x[0].shape[0], x[0].shape[1], x[1].shape[0])
        var result = Value(shape: [rows, columns], values: [])
        for row in 0..<rows {
            for column in 0..<columns {
                var sum = x.count > 2 ? Double(x[2].values[column]) : 0
                for k in 0..<inner {
                    sum += Double(x[0].values[row * inner + k]) * Double(x[1].values[column * inner + k])
                }
                result.values.append(Float(sum))
            }
        }
        return result
    }

    private static func normalize(_ node: ONNXNode, _ x: [Value]) -> Value {
        let epsilon = node.attribute.first { $0.name == "epsilon" }?.f ?? 1e-5
        let plane = x[0].shape.dropFirst(2).reduce(1, *)
        var result = x[0]
        for index in result.values.indices {
            let c = index / plane % x[0].shape[1]
            let deviation = (x[4].values[c] + epsilon).squareRoot()
            result.values[index] = (result.values[index] - x[3].values[c]) / deviation * x[1].values[c] + x[2].values[c]
        }
        return result
    }

    /// Elementwise; the second operand may be a scalar or `[1, C, 1, 1]`.
    private static func combine(_ a: Value, _ b: Value, _ operation: (Float, Float) -> Float) -> Value {
        let plane = a.shape.dropFirst(2).reduce(1, *)
        var result = a
        for index in a.values.indices {
            let other =
                b.values.count == a.values.count
                ? index : b.values.count == 1 ? 0 : index / plane % a.shape[1]
            result.values[index] = operation(a.values[index], b.values[other])
        }
        return result
    }

    /// Along the last axis.
    private static func gather(_ x: Value, _ indices: [Int]) -> Value {
        let extent = x.shape[x.shape.count - 1]
        let starts = stride(from: 0, to: x.values.count, by: extent)
        return Value(
            shape: Array(x.shape.dropLast()) + [indices.count],
            values: starts.flatMap { start in indices.map { x.values[start + $0] } }
        )
    }
}

extension ONNXNode {
    func integers(_ name: String, _ standard: [Int]) -> [Int] {
        attribute.first { $0.name == name }.map { $0.ints.map(Int.init) } ?? standard
    }
}

extension Data {
    func numbers<Number>(of type: Number.Type) -> [Number] {
        let size = MemoryLayout<Number>.size
        return stride(from: 0, to: count, by: size).map { start in
            subdata(in: start..<start + size).withUnsafeBytes { $0.loadUnaligned(as: Number.self) }
        }
    }
}
