import Explanation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct GradientAscentTests {
    private let golden: GoldenExplanation

    init() throws { golden = try GoldenExplanation() }

    @Test func stepsEqualPyTorchs() {
        let fixture = golden.fixture
        var ascent = GradientAscent()
        ascent.stepCount = fixture.integer("stepCount")
        ascent.stepSize = Float(fixture.number("stepSize"))
        ascent.decay = Float(fixture.number("decay"))
        ascent.blurInterval = fixture.integer("blurInterval")
        let limit = Float(fixture.number("limit"))
        let found = ascent.climb(
            from: [golden.image.mapValues { $0 / 4 }],
            network: golden.network,
            layer: golden.network.lastLayer,
            elements: [golden.label],
            range: Array(repeating: -limit...limit, count: 3)
        )
        expectClose(found[0].values, fixture["ascent"].channelsLast, absolute: 1e-5)
    }

    @Test func raisesTheLogitsReproducibly() {
        let elements = [2, 5]
        let range = Array(repeating: Float(-2)...2, count: 3)
        let network = golden.network
        let images = (0..<2).map { _ in
            GradientAscent().images(of: network, layer: network.lastLayer, elements: elements, range: range)
        }
        #expect(images[0] == images[1])
        let gray = network.logits(of: [golden.image.mapValues { _ in 0 }])[0]
        for (logits, label) in zip(network.logits(of: images[0]), elements) {
            #expect(logits[label] > gray[label] + 0.05)
        }
        #expect(images[0].allSatisfy { $0.values.allSatisfy { (-2...2).contains($0) } })
    }

    @Test func blursByQuarterHalfQuarterAndRepeatsTheEdge() {
        let image = FloatImage(height: 1, width: 3, channels: 1, values: [4, 0, 8])
        #expect(image.blurred.values == [3, 3, 6])
    }
}
