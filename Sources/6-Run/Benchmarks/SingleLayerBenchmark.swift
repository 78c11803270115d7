public import Configuration
import Formatting
import Foundation
import Metrics
import NetworkAssembly
public import Networks

/// Times one layer on one thread, without network, ranks or reduction: `bench --layer`.
public struct SingleLayerBenchmark: Encodable {
    let layer, input: String
    let batch, parameterCount: Int
    let forwardMilliseconds, backwardMilliseconds, weightGradientMilliseconds: Double
    /// Samples a second, forward and backward.
    let imagesPerSecond: Double
    /// The rate of arithmetic, counting three products as large as forward's.
    let gigaflopsPerSecond: Double

    /// Runs the layer.
    ///
    /// - Parameters:
    ///   - layer: As configurations describe it: `kind`, or `kind: {options}`.
    ///   - inputShape: The shape of one sample's input.
    ///   - batch: How many samples.
    ///   - seconds: For about how long.
    /// - Throws: `ConfigurationError` where the layer is wrong.
    public init(layer: String, inputShape: FeatureShape, batch: Int, seconds: Double) throws(ConfigurationError) {
        let description = try LayerDescription(yaml: layer, source: "--layer")
        let assembled = try description.assemble()
        let benchmark: LayerBenchmark
        do throws(LayerError) {
            benchmark = try LayerBenchmark(assembled, inputShape: inputShape, batch: batch)
        } catch {
            throw description.options.error(error.option, error.problem, hint: error.hint)
        }
        let timing = benchmark.run(seconds: seconds)
        self.layer = description.kind + (benchmark.algorithm.isEmpty ? "" : ": \(benchmark.algorithm)")
        input = inputShape.description
        self.batch = batch
        parameterCount = benchmark.parameterCount
        forwardMilliseconds = timing.forward * 1e3
        backwardMilliseconds = timing.backward * 1e3
        weightGradientMilliseconds = timing.weightGradient * 1e3
        imagesPerSecond = Double(batch) / (timing.forward + timing.backward)
        gigaflopsPerSecond = imagesPerSecond * Double(3 * benchmark.forwardFLOPs) / 1e9
    }

    /// The figures for people.
    public var text: String {
        """
        \(layer), input \(input), batch \(batch), one thread
        forward \(Format.fixed(forwardMilliseconds, digits: 3)) ms, backward \(Format.fixed(backwardMilliseconds, digits: 3)) ms \
        (\(Format.fixed(weightGradientMilliseconds, digits: 3)) ms without the input's gradient)
        \(Format.grouped(imagesPerSecond)) images/s, \(Format.fixed(gigaflopsPerSecond, digits: 1)) GFLOP/s
        """
    }

    /// The figures as JSON.
    ///
    /// - Returns: One object.
    /// - Throws: `EncodingError`.
    public func json() throws -> String { String(decoding: try JSON.data(self), as: UTF8.self) }
}
