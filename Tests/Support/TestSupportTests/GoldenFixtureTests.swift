import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct GoldenFixtureTests {
    @Test func tensorsAreReadByName() throws {
        let fixture = try GoldenFixture.load("conv2d-3x3-stride2")
        #expect(fixture["weight"].shape == [17, 3, 3, 3])
        #expect(fixture["output"].shape == [2, 17, 6, 4])
        #expect(fixture.integer("stride") == 2)
        #expect(fixture["input"].values == GoldenFormula.uniform("conv2d-3x3-stride2.input", count: 2 * 3 * 11 * 8))
    }

    @Test func channelsLastMovesTheChannelsInside() throws {
        let tensor = try GoldenFixture.load("relu")["input"]
        let (channels, height, width) = (tensor.shape[1], tensor.shape[2], tensor.shape[3])
        let (n, c, h, w) = (1, 2, 3, 4)
        let element = tensor.values[((n * channels + c) * height + h) * width + w]
        #expect(tensor.channelsLast[((n * height + h) * width + w) * channels + c] == element)
        #expect(tensor.channelsLast.sorted() == tensor.values.sorted())
    }

    /// The loss by its definition, from the fixture's logits and labels.
    @Test func crossEntropyEqualsItsDefinition() throws {
        let fixture = try GoldenFixture.load("crossEntropy")
        let logits = fixture["logits"].doubles
        for (row, label) in fixture["labels"].integers.enumerated() {
            let others = (0..<10).map { logits[row * 10 + $0] - logits[row * 10 + label] }
            let loss = fixture["losses"].doubles[row]
            let expected = others.map { exp($0) }.reduce(0, +)
            #expect(abs(exp(loss) / expected - 1) < 1e-5)
        }
    }

    @Test func missingFixturesThrow() {
        #expect(throws: (any Error).self) { try GoldenFixture.load("nothing") }
    }

    /// For a large tensor, values of the formula are not close to the gradient.
    @Test func relativeErrorSeesWrongValuesOfLargeTensors() throws {
        let fixture = try GoldenFixture.load("network-cnn")
        let wrong = GoldenFormula.uniform("wrong", count: 4096 * 64)
        #expect(fixture.relativeError(of: wrong, from: "7.weight.gradient") > 0.5)
        let zeros = [Float](repeating: 0, count: 4096 * 64)
        #expect(fixture.relativeError(of: zeros, from: "7.weight.gradient") == 1)
    }

    @Test func relativeErrorSeesANaNAnywhere() throws {
        let fixture = try GoldenFixture.load("network-cnn")
        var values = [Float](repeating: 0, count: 4096 * 64)
        values[4096 * 63] = .nan
        #expect(fixture.relativeError(of: values, from: "7.weight.gradient").isNaN)
    }

    @Test(arguments: ["mlp", "cnn", "resnet"], ["sgd", "sgd-clipped", "adam", "adamw"])
    func bothPrecisionsGiveTheSameCurve(network: String, optimizer: String) throws {
        let fixture = try GoldenFixture.load("curve-\(network)-\(optimizer)")
        #expect(fixture["losses"].shape == [10])
        #expect(fixture.relativeError(of: fixture["losses"].values, from: "losses") == 0)
        #expect(fixture.relativeError(of: fixture["losses"].values, from: "losses", precision: .float64) < 1e-4)
    }
}
