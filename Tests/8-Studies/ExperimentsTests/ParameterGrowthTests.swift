import Experiments
import Testing

/// The textbook's numbers.
@Suite(.timeLimit(.minutes(10))) struct ParameterGrowthTests {
    @Test(
        arguments: [
            (ParameterGrowth.Layer.dense(units: 512), 8, 1, 33_280), (.dense(units: 512), 32, 3, 1_573_376),
            (.dense(units: 512), 224, 3, 77_070_848), (.dense(units: 64), 256, 3, 12_582_976),
            (.convolution(filters: 64), 256, 3, 1_792), (.convolution(filters: 32), 32, 3, 896),
            (.dense(units: 512), 28, 1, 401_920), (.dense(units: 1000), 1000, 1, 1_000_001_000),
        ]
    )
    func parameterCountsAreTheTextbooks(layer: ParameterGrowth.Layer, side: Int, channels: Int, expected: Int) throws {
        #expect(try ParameterGrowth(layer, sidePixels: side, channels: channels).parameterCount == expected)
    }

    @Test func aDenseLayerOnAMegapixelNeedsTerabytes() throws {
        let growth = try ParameterGrowth(.dense(units: 1_000_000), sidePixels: 1000, channels: 1)
        #expect(growth.weightBytes == 4_000_000_000_000)
        #expect(growth.trainingBytes > 12_000_000_000_000)
        let dense = try ParameterGrowth(.dense(units: 1024), sidePixels: 256, channels: 3)
        #expect(dense.weightCount == 201_326_592)
        #expect(try ParameterGrowth(.dense(units: 1000), sidePixels: 1000, channels: 1).weightBytes == 4_000_000_000)
    }
}
