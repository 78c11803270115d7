import Metrics
import RunSupport

extension RunSummary {
    /// The summary of a completed run.
    static func sample(_ name: String, parameters: Int, testAccuracy: Double?) -> RunSummary {
        sample(
            configName: name,
            seed: 7,
            parameters: parameters,
            epochs: 6,
            steps: 2346,
            testLoss: testAccuracy.map { 2 - $0 },
            testAccuracy: testAccuracy,
            wallSeconds: 160.5,
            imagesPerSecond: 1903,
            checkpointWaitSeconds: 0.125,
            worldSize: 4
        )
    }
}
