import Explanation
import Networks
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct StrongestPatchesTests {
    private func slice(_ values: [Float], _ body: (TensorSlice) -> Void) {
        let buffer = AlignedBuffer(count: values.count)
        buffer.slice.copy(from: values)
        body(buffer.slice)
    }

    @Test func keepsEachImagesStrongestPlaceInOrder() {
        var patches = StrongestPatches(height: 1, width: 2, filterCount: 2, countPerFilter: 2)
        // Three images of two pixels, with two filters each.
        slice([1, 9, 5, 0, 7, 9, 2, 1, 6, 3, 8, 3]) { patches.add($0, firstImage: 4) }
        #expect(patches.places[0].map(\.image) == [6, 5])
        #expect(patches.places[0].map(\.column) == [1, 0])
        #expect(patches.places[0].map(\.response) == [8, 7])
        // Of equal responses, the first image and the first pixel are kept.
        #expect(patches.places[1].map(\.image) == [4, 5])
        #expect(patches.places[1].map(\.column) == [0, 0])
    }

    /// Two padded 3×3 convolutions with a 2×2 pooling between: 8 pixels with stride 2, the first one 3 pixels beyond
    /// the edge.
    @Test func receptiveFieldsMatchTheReachOfGradients() throws {
        let network = try ExplainedNetwork(
            layers: [convolution(1), MaxPool2D(kernel: 2), convolution(1), Flatten(), Linear(outputFeatures: 2)],
            height: 16,
            width: 16,
            channels: 1,
            classCount: 2
        ) { name in
            switch name {
            case "0.weight", "2.weight": Array(repeating: 1, count: 9)
            case "4.weight": Array(repeating: 1, count: 128)
            case "4.bias": [0, 0]
            default: [0]
            }
        }
        let field = network.layers[2].receptiveField
        #expect(field.rows.extent == 8 && field.columns.extent == 8)
        #expect(field.origin(row: 0, column: 3) == (-3, 3))
        // Average pooling would reach every pixel of the field; with max pooling it depends on the image.
        let (row, column) = (4, 3)
        let reached = (0..<40).reduce(into: Set<Int>()) { reached, seed in
            let image = network.image(GoldenFormula.uniform("receptive.\(seed)", count: 256))
            let gradient = network.gradients(ofLayer: 2, elements: [row * 8 + column], images: [image])[0]
            reached.formUnion(gradient.values.indices.filter { gradient.values[$0] != 0 })
        }
        let (top, left) = field.origin(row: row, column: column)
        let expected = (top..<top + 8).flatMap { y in (left..<left + 8).map { y * 16 + $0 } }
        #expect(reached == Set(expected))
    }
}
