import Explanation
import Networks
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct AttributionTests {
    private let golden: GoldenExplanation

    init() throws { golden = try GoldenExplanation() }

    // Layer 8 flattens: memory keeps the order of layer 7's maps, while PyTorch's order differs.
    @Test(arguments: [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11])
    func layerOutputsEqualPyTorchs(layer: Int) {
        var output: [Float] = []
        golden.network.run([golden.image]) { if $0 == layer { output = $1.array } }
        let expected = golden.fixture["output.\(layer)"]
        expectClose(output, expected.shape.count == 4 ? expected.channelsLast : expected.values)
    }

    @Test func saliencyIsTheAbsoluteInputGradient() {
        let saliency = golden.network.saliency(of: golden.image, label: golden.label)
        expectClose(saliency.values, golden.fixture["saliency"].channelsLast)
    }

    @Test func signedSaliencyHasTheSameMagnitudes() {
        let signed = golden.network.saliency(of: golden.image, label: golden.label, isAbsolute: false)
        #expect(signed.values.contains { $0 < 0 })
        expectClose(signed.values.map(abs), golden.fixture["saliency"].channelsLast)
    }

    @Test func guidedBackpropagationEqualsPyTorchsWithClampedGradients() {
        let guided = golden.network.guidedBackpropagation(of: golden.image, label: golden.label)
        expectClose(guided.values, golden.fixture["guided"].channelsLast)
    }

    @Test func filterGradientsEqualPyTorchs() {
        let unit = golden.fixture["filter"].integers
        let element = (unit[2] * 4 + unit[3]) * 6 + unit[1]
        let gradient = golden.network.gradients(ofLayer: unit[0], elements: [element], images: [golden.image])[0]
        expectClose(gradient.values, golden.fixture["filterGradient"].channelsLast)
    }

    @Test func gradCAMWeightsTheMapsByTheirMeanGradient() {
        let layer = golden.fixture.integer("camLayer")
        #expect(golden.network.gradCAMLayer == layer)
        let signed = golden.network.gradCAM(of: golden.image, label: golden.label, layer: layer)
        expectClose(signed.values, golden.fixture["gradCAM"].values)
        expectClose(signed.resized(height: 7, width: 9).values, golden.fixture["gradCAM.resized"].values)
        let withReLU = golden.network.gradCAM(of: golden.image, label: golden.label, layer: layer, appliesReLU: true)
        expectClose(withReLU.values, golden.fixture["gradCAM.rectified"].values)
    }

    @Test func occlusionAveragesOverTheSquaresThatCoverAPixel() {
        let fixture = golden.fixture
        let occlusion = golden.network.occlusion(
            of: golden.image,
            label: golden.label,
            window: fixture.integer("window"),
            stride: fixture.integer("stride"),
            baseline: Float(fixture.number("baseline"))
        )
        expectClose(occlusion.values, fixture["occlusion"].values, absolute: 1e-5)
    }

    @Test func anImageIsExplainedTheSameInABatchAndAlone() {
        let other = golden.image.mapValues { -$0 }
        let last = golden.network.lastLayer
        let both = golden.network.gradients(ofLayer: last, elements: [1, golden.label], images: [other, golden.image])
        expectClose(both[1].values.map(abs), golden.fixture["saliency"].channelsLast)
    }

    /// For a linear classifier, the gradient is the class's weights, and occluding a pixel removes its product.
    @Test func explainsALinearClassifierByItsWeights() throws {
        let weights: [Float] = [1, -2, 3, -4, 5, 6, 7, 8]
        let network = try ExplainedNetwork(
            layers: [Flatten(), Linear(outputFeatures: 2)],
            height: 2,
            width: 2,
            channels: 1,
            classCount: 2
        ) { $0 == "1.weight" ? weights : [0.5, 0.25] }
        let image = network.image([1, 1, 2, 2])
        #expect(network.logits(of: [image]) == [[-2.5, 41.25]])
        #expect(network.saliency(of: image, label: 0).values == [1, 2, 3, 4])
        #expect(network.saliency(of: image, label: 0, isAbsolute: false).values == [1, -2, 3, -4])
        #expect(network.occlusion(of: image, label: 0, window: 1, stride: 1).values == [1, -2, 6, -8])
        #expect(network.gradCAMLayer == nil)
    }

    @Test func dropoutIsTheIdentityForGradients() throws {
        let network = try ExplainedNetwork(
            layers: [Flatten(), Dropout(), Linear(outputFeatures: 2)],
            height: 1,
            width: 2,
            channels: 1,
            classCount: 2
        ) { $0 == "2.weight" ? [3, 4, 5, 6] : [0, 0] }
        let image = network.image([1, 1])
        #expect(network.saliency(of: image, label: 1).values == [5, 6])
    }
}
