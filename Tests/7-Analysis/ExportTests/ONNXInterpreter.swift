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

        func map(_ body: (Float) -> Float) -> Value { Value(shape: shape, values: values.map(body)) }
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
        case "MaxPool": pool(node, x[0], border: nil) { $0.max() ?? 0 }
        case "AveragePool":
            pool(node, x[0], border: node.integer("count_include_pad", 0) == 1 ? 0 : nil) {
                $0.reduce(0, +) / Float($0.count)
            }
        case "GlobalAveragePool": meanOfPlanes(x[0])
        case "GlobalMaxPool":
            pool(node, x[0], kernel: Array(x[0].shape[2...]), border: nil) { $0.max() ?? 0 }
        case "Gemm": multiply(x)
        case "BatchNormalization": normalize(node, x)
        case "LayerNormalization": normalizeRows(node, x[0], axis: 1, x.dropFirst()) { $0 % $1 }
        case "InstanceNormalization":
            normalizeRows(node, x[0], axis: 2, x.dropFirst()) { $0 / $1 % x[0].shape[1] }
        case "LRN": normalizeNeighbours(node, x[0])
        case "Concat": concatenate(x)
        case "Pad": pad(node, x[0], integers)
        case "Flatten":
            Value(shape: [x[0].shape[0], x[0].shape.dropFirst().reduce(1, *)], values: x[0].values)
        case "Relu": x[0].map { max($0, 0) }
        case "LeakyRelu": x[0].map { $0 < 0 ? node.float("alpha") * $0 : $0 }
        case "Elu": x[0].map { $0 < 0 ? node.float("alpha") * Foundation.expm1($0) : $0 }
        case "Sigmoid": x[0].map { 1 / (1 + exp(-$0)) }
        case "Tanh": x[0].map { Foundation.tanh($0) }
        case "Erf": x[0].map { Foundation.erf($0) }
        case "Add": combine(x[0], x[1], +)
        case "Sub": combine(x[0], x[1], -)
        case "Mul": combine(x[0], x[1], *)
        case "Div": combine(x[0], x[1], /)
        case "Reshape": reshape(x[0], integers)
        case "Gather": gather(x[0], integers)
        default: throw Failure.unknownOperator(node.opType)
        }
    }

    private static func convolve(_ node: ONNXNode, _ x: [Value]) -> Value {
        let (image, filters) = (x[0], x[1])
        let pads = node.integers("pads", [0, 0, 0, 0])
        let strides = node.integers("strides", [1, 1])
        let kernel = [filters.shape[2], filters.shape[3]]
        let dilations = node.integers("dilations", [1, 1])
        let outputs = filters.shape[0] / node.integer("group", 1)
        let height = (image.shape[2] + pads[0] + pads[2] - dilations[0] * (kernel[0] - 1) - 1) / strides[0] + 1
        let width = (image.shape[3] + pads[1] + pads[3] - dilations[1] * (kernel[1] - 1) - 1) / strides[1] + 1
        var result = Value(shape: [image.shape[0], filters.shape[0], height, width], values: [])
        for n in 0..<image.shape[0] {
            for o in 0..<filters.shape[0] {
                for row in 0..<height {
                    for column in 0..<width {
                        var sum = x.count > 2 ? Double(x[2].values[o]) : 0
                        for c in 0..<filters.shape[1] {
                            for i in 0..<kernel[0] {
                                for j in 0..<kernel[1] {
                                    let y = row * strides[0] + i * dilations[0] - pads[0]
                                    let z = column * strides[1] + j * dilations[1] - pads[1]
                                    guard (0..<image.shape[2]).contains(y), (0..<image.shape[3]).contains(z) else {
                                        continue
                                    }
                                    let channel = o / outputs * filters.shape[1] + c
                                    sum += Double(image[n, channel, y, z]) * Double(filters[o, c, i, j])
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

    // The border is the value around the image; nil if that isn't included.
    private static func pool(
        _ node: ONNXNode,
        _ x: Value,
        kernel whole: [Int]? = nil,
        border: Float?,
        _ combine: ([Float]) -> Float
    ) -> Value {
        let kernel = whole ?? node.integers("kernel_shape", [1, 1])
        let strides = node.integers("strides", [1, 1])
        let pads = node.integers("pads", [0, 0, 0, 0])
        let height = (x.shape[2] + pads[0] + pads[2] - kernel[0]) / strides[0] + 1
        let width = (x.shape[3] + pads[1] + pads[3] - kernel[1]) / strides[1] + 1
        var result = Value(shape: [x.shape[0], x.shape[1], height, width], values: [])
        for n in 0..<x.shape[0] {
            for c in 0..<x.shape[1] {
                for row in 0..<height {
                    for column in 0..<width {
                        let window = (0..<kernel[0]).flatMap { i in
                            (0..<kernel[1]).compactMap { j -> Float? in
                                let (y, z) = (row * strides[0] + i - pads[0], column * strides[1] + j - pads[1])
                                let isInside = (0..<x.shape[2]).contains(y) && (0..<x.shape[3]).contains(z)
                                return isInside ? x[n, c, y, z] : border
                            }
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

    /// Normalizes rows of all axes from `axis` on, each by itself; `factor` returns the index of a number's scale and
    /// shift.
    private static func normalizeRows(
        _ node: ONNXNode,
        _ x: Value,
        axis: Int,
        _ factors: ArraySlice<Value>,
        factor: (_ index: Int, _ rowCount: Int) -> Int
    ) -> Value {
        let count = x.shape[axis...].reduce(1, *)
        var result = x
        for start in stride(from: 0, to: x.values.count, by: count) {
            let row = x.values[start..<start + count].map { Double($0) }
            let mean = row.reduce(0, +) / Double(count)
            let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
            for (offset, value) in row.enumerated() {
                let normalized = Float((value - mean) / (variance + Double(node.float("epsilon"))).squareRoot())
                let place = factor(start + offset, count)
                let shift = factors.dropFirst().first?.values[place] ?? 0
                result.values[start + offset] = normalized * (factors.first?.values[place] ?? 1) + shift
            }
        }
        return result
    }

    private static func normalizeNeighbours(_ node: ONNXNode, _ x: Value) -> Value {
        let (size, plane, channels) = (node.integer("size", 1), x.shape[2] * x.shape[3], x.shape[1])
        var result = x
        for index in x.values.indices {
            let c = index / plane % channels
            var squares: Float = 0
            for other in max(0, c - (size - 1) / 2)...min(channels - 1, c + size / 2) {
                let value = x.values[index + (other - c) * plane]
                squares += value * value
            }
            let base = node.float("bias") + node.float("alpha") / Float(size) * squares
            result.values[index] /= pow(base, node.float("beta"))
        }
        return result
    }

    /// Along the channels.
    private static func concatenate(_ x: [Value]) -> Value {
        var result = Value(shape: x[0].shape, values: [])
        result.shape[1] = x.reduce(0) { $0 + $1.shape[1] }
        for n in 0..<x[0].shape[0] {
            for value in x {
                let count = value.values.count / value.shape[0]
                result.values += value.values[n * count..<(n + 1) * count]
            }
        }
        return result
    }

    private static func pad(_ node: ONNXNode, _ x: Value, _ pads: [Int]) -> Value {
        let isMirrored = node.attribute.contains { $0.name == "mode" && $0.s == Data("reflect".utf8) }
        func source(_ position: Int, _ extent: Int) -> Int {
            guard isMirrored else { return min(max(position, 0), extent - 1) }
            let inside = abs(position)
            return inside < extent ? inside : 2 * (extent - 1) - inside
        }
        var result = Value(shape: x.shape, values: [])
        (result.shape[2], result.shape[3]) = (x.shape[2] + pads[2] + pads[6], x.shape[3] + pads[3] + pads[7])
        for n in 0..<x.shape[0] {
            for c in 0..<x.shape[1] {
                for row in 0..<result.shape[2] {
                    for column in 0..<result.shape[3] {
                        let (y, z) = (source(row - pads[2], x.shape[2]), source(column - pads[3], x.shape[3]))
                        result.values.append(x[n, c, y, z])
                    }
                }
            }
        }
        return result
    }

    /// 0 keeps an extent, and -1 takes the rest.
    private static func reshape(_ x: Value, _ extents: [Int]) -> Value {
        var shape = extents.enumerated().map { $1 == 0 ? x.shape[$0] : $1 }
        if let free = shape.firstIndex(of: -1) { shape[free] = -x.values.count / shape.reduce(1, *) }
        return Value(shape: shape, values: x.values)
    }

    /// Element by element; the second may be a scalar or `[1, C, 1, 1]`.
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

extension ONNXNode {
    fileprivate func integer(_ name: String, _ standard: Int) -> Int {
        attribute.first { $0.name == name }.map { Int($0.i) } ?? standard
    }

    fileprivate func float(_ name: String) -> Float { attribute.first { $0.name == name }?.f ?? .nan }
}

extension Data {
    func numbers<Number>(of type: Number.Type) -> [Number] {
        let size = MemoryLayout<Number>.size
        return stride(from: 0, to: count, by: size).map { start in
            subdata(in: start..<start + size).withUnsafeBytes { $0.loadUnaligned(as: Number.self) }
        }
    }
}
