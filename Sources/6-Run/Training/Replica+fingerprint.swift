import GradientReduction
package import Networks
import Tensors

extension Replica {
    /// A digest of parameters and running statistics, by which ranks notice that their replicas differ.
    package var fingerprint: UInt64 {
        let statistics = GradientReduction.fingerprint(of: runningStatistics.slice)
        // Rotated, so that equal changes of parameters and statistics don't cancel.
        return GradientReduction.fingerprint(of: parameters.slice) ^ (statistics << 1 | statistics >> 63)
    }

    /// A digest of each tensor of the model, by name, in the network's order.
    package var tensorFingerprints: [(name: String, digest: UInt64)] {
        network.parameters.map { ($0.name, GradientReduction.fingerprint(of: parameters.slice[$0.range])) }
            + network.statistics.map { ($0.name, GradientReduction.fingerprint(of: runningStatistics.slice[$0.range])) }
    }
}
