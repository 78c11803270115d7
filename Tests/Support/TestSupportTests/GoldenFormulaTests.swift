import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct GoldenFormulaTests {
    /// Test vectors published by the hash's authors.
    @Test(arguments: [
        ("", 0xCBF2_9CE4_8422_2325 as UInt64), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8),
    ])
    func fnv1aGivesThePublishedValues(text: String, expected: UInt64) {
        #expect(fnv1a(text) == expected)
    }

    /// The outputs for seed 1234567, from Rosetta Code's list for the reference implementation.
    @Test func splitMix64GivesThePublishedValues() {
        var words = SplitMix64(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ]
        #expect(expected.map { _ in words.next() } == expected)
    }

    @Test func numbersEqualTheGeneratorsBitForBit() throws {
        let fixture = try GoldenFixture.load("formula")
        let name = "mlp.1.weight"
        #expect(GoldenFormula.uniform(name, count: 1000) == fixture["uniform"].values)
        #expect(GoldenFormula.integers(name, count: 1000, below: 10) == fixture["integers"].integers)
        var words = GoldenFormula.words(name)
        #expect(fixture["signs"].doubles.allSatisfy { $0 == (words.next() >> 63 == 0 ? 1 : -1) })
    }

    @Test func initialValuesEqualTheGeneratorsBitForBit() throws {
        let fixture = try GoldenFixture.load("formula")
        let mlp = try GoldenNetwork.load("mlp")
        let weight = try #require(mlp.parameters.first { $0.name == "1.weight" })
        #expect(weight.shape == [512, 3072])
        #expect(Array(mlp.initialValues(of: weight).prefix(1000)) == fixture["parameter"].values)
        let resnet = try GoldenNetwork.load("resnet")
        let normalization = try #require(resnet.parameters.first { $0.name == "1.weight" })
        #expect(resnet.initialValues(of: normalization) == fixture["normalization"].values)
    }

    @Test func batchesEqualTheGeneratorsBitForBit() throws {
        let fixture = try GoldenFixture.load("formula")
        let (images, labels) = try GoldenNetwork.load("cnn").batch(step: 3)
        let values = images.values
        #expect(labels == fixture["labels"].integers)
        #expect(fixture["images.indices"].integers.map { values[$0] } == fixture["images.samples"].values)
    }
}
