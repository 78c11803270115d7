package import Tensors

/// A trainable tensor: its name and shape in files, its place in the network's flat buffers, and its layout in memory.
package struct Parameter: Sendable {
    /// The name as PyTorch gives it to a `Sequential`'s parameter: `3.weight`, `4.body.0.bias`.
    package let name: String
    /// The shape in files, as in PyTorch: `[O, C, KH, KW]`, `[out, in]`, `[O]`.
    package let shape: [Int]
    /// The layout in memory.
    package let layout: ParameterLayout
    /// The distribution of the initial values.
    package let initializer: ParameterInitializer
    /// The first float in the network's flat buffers.
    package internal(set) var offset = 0
    /// How it begins, and how it is trained, where that isn't as in the rest of the network.
    package internal(set) var settings = TensorSettings()

    /// Whether it is trained at all; frozen tensors have no gradient, and come last in the flat parameters.
    package var isTrained: Bool { settings.trainedEpochs != 0 }

    /// The number of values.
    package var count: Int { shape.reduce(1, *) }
    /// The tensor's floats in the network's flat buffers.
    package var range: Range<Int> { offset..<offset + count }

    /// Rows and columns of weights as they lie in memory, `[inputs, outputs]`; nil for other tensors, and for weights that
    /// aren't a single matrix.
    package var matrix: (inputs: Int, outputs: Int)? {
        guard case .weights = initializer else { return nil }
        switch layout {
        case .filters, .transposed: return (count / shape[0], shape[0])
        case .sameAsFile, .image, .pixelFilters: return nil
        }
    }

    /// The tensor in file order.
    ///
    /// - Parameter buffer: One of the network's flat buffers: parameters, gradient, or an optimizer's slot.
    /// - Returns: `count` floats.
    package func values(in buffer: TensorSlice) -> [Float] {
        layout.values(ofShape: shape, in: buffer[range])
    }

    /// Stores a tensor given in file order.
    ///
    /// - Parameters:
    ///   - values: `count` floats.
    ///   - buffer: One of the network's flat buffers.
    package func store(_ values: [Float], in buffer: TensorSlice) {
        precondition(values.count == count, "\(name): \(values.count) floats found, \(count) needed")
        layout.store(values, ofShape: shape, in: buffer[range])
    }
}

/// The order of a parameter's values in memory, compared with its file.
package enum ParameterLayout: Sendable, Equatable {
    /// As in the file.
    case sameAsFile
    /// One number per number of an image: `[H, W, C]` in memory, `[C, H, W]` in the file.
    case image(FeatureShape.ImageExtent)
    /// Convolution filters: `[KH, KW, C, O]` in memory, `[O, C, KH, KW]` in the file, or `[O, C, K]` for one row.
    case filters
    /// Filters per pixel: `[H, W, KH, KW, C, O]` in memory, `[H, W, O, C, KH, KW]` in the file.
    case pixelFilters
    /// A matrix `[out, in]` in the file, `[in, out]` in memory; for a flattened image, its inputs are in `[H, W, C]`
    /// order in memory and in `[C, H, W]` order in the file.
    case transposed(FeatureShape.ImageExtent?)

    /// A tensor in file order.
    func values(ofShape shape: [Int], in memory: TensorSlice) -> [Float] {
        Array(unsafeUninitializedCapacity: memory.count) { values, filled in
            forEachElement(ofShape: shape) { position, index in
                values.initializeElement(at: position, to: memory.base[index])
            }
            filled = memory.count
        }
    }

    /// Stores a tensor given in file order.
    func store(_ values: [Float], ofShape shape: [Int], in memory: TensorSlice) {
        values.withUnsafeBufferPointer { values in
            forEachElement(ofShape: shape) { position, index in memory.base[index] = values[position] }
        }
    }

    /// Visits a tensor's values in file order.
    ///
    /// - Parameters:
    ///   - shape: The shape in the file.
    ///   - body: Called with each value's position in the file and in memory.
    @inline(__always)
    func forEachElement(ofShape shape: [Int], _ body: (_ position: Int, _ index: Int) -> Void) {
        let (outer, middle, inner) = axes(ofShape: shape)
        let count = shape.reduce(1, *)
        var position = 0
        // Blocks that are contiguous in memory, too.
        for block in stride(from: 0, to: count, by: max(outer.extent * middle.extent * inner.extent, 1)) {
            for first in 0..<outer.extent {
                for second in 0..<middle.extent {
                    var index = block + first * outer.stride + second * middle.stride
                    for _ in 0..<inner.extent {
                        body(position, index)
                        position += 1
                        index += inner.stride
                    }
                }
            }
        }
    }

    private typealias Axis = (extent: Int, stride: Int)

    /// The file's axes, outermost first, as far as their order in memory differs, with their strides in memory.
    private func axes(ofShape shape: [Int]) -> (Axis, Axis, Axis) {
        switch self {
        case .sameAsFile:
            return ((1, 0), (1, 0), (shape.reduce(1, *), 1))
        case .image(let image):
            return ((1, 0), (image.channels, 1), (image.height * image.width, image.channels))
        case .pixelFilters:
            return Self.filters.axes(ofShape: Array(shape.dropFirst(2)))
        case .filters:
            let (outputs, channels, taps) = (shape[0], shape[1], shape[2...].reduce(1, *))
            return ((outputs, 1), (channels, outputs), (taps, channels * outputs))
        case .transposed(let image):
            let (outputs, inputs) = (shape[0], shape[1])
            let (pixels, channels) = image.map { ($0.height * $0.width, $0.channels) } ?? (1, inputs)
            return ((outputs, 1), (channels, outputs), (pixels, channels * outputs))
        }
    }
}
