package import ConfigurationFiles
import Formatting
import Foundation
import Metrics
import NetworkAssembly
package import Networks

/// Measures one layer on one thread, without network, ranks or reduction: `bench --layer`.
package struct SingleLayerBenchmark: Encodable {
    let layer, input: String
    let batch, parameterCount: Int
    let forwardMilliseconds, backwardMilliseconds, weightGradientMilliseconds: Double
    /// Samples per second, forward and backward.
    let imagesPerSecond: Double
    /// The rate of arithmetic, counting three times the operations of the forward pass.
    let gigaflopsPerSecond: Double

    /// Measures the layer.
    ///
    /// - Parameters:
    ///   - layer: The layer as in configurations: `kind`, or `kind: {options}`.
    ///   - inputShape: The shape of one sample's input.
    ///   - batch: The number of samples.
    ///   - seconds: About how long to measure.
    /// - Throws: `ConfigurationError` if the layer is wrong.
    package init(layer: String, inputShape: FeatureShape, batch: Int, seconds: Double) throws(ConfigurationError) {
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

    /// The results as text.
    package var text: String {
        """
        \(layer), input \(input), batch \(batch), one thread
        forward \(Format.fixed(forwardMilliseconds, digits: 3)) ms, backward \(Format.fixed(backwardMilliseconds, digits: 3)) ms \
        (\(Format.fixed(weightGradientMilliseconds, digits: 3)) ms without the input's gradient)
        \(Format.grouped(imagesPerSecond)) images/s, \(Format.fixed(gigaflopsPerSecond, digits: 1)) GFLOP/s
        """
    }

    /// The results as JSON.
    ///
    /// - Returns: One object.
    /// - Throws: `EncodingError`.
    package func json() throws -> String { String(decoding: try JSON.data(self), as: UTF8.self) }
}
