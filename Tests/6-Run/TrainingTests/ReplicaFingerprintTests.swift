import Networks
import Tensors
import Testing
import Training

@Suite(.timeLimit(.minutes(10))) struct ReplicaFingerprintTests {
    private func replica() throws -> Replica {
        Replica(of: try SmallRun(secondLayer: "batchNorm2d").network())
    }

    @Test func aChangedBitOfAWeightIsFoundAndNamed() throws {
        let (changed, same) = (try replica(), try replica())
        changed.parameters.slice.base[0] = same.parameters.slice.base[0].nextUp
        try expectDifference(changed, same, in: #require(same.network.parameters.first).name)
    }

    @Test func aChangedBitOfARunningStatisticIsFoundAndNamed() throws {
        let (changed, same) = (try replica(), try replica())
        let statistic = try #require(same.network.statistics.last)
        changed.runningStatistics.slice.base[statistic.range.lowerBound] =
            same.runningStatistics.slice.base[statistic.range.lowerBound].nextUp
        expectDifference(changed, same, in: statistic.name)
    }

    private func expectDifference(_ changed: Replica, _ same: Replica, in name: String) {
        #expect(changed.fingerprint != same.fingerprint)
        let differing = zip(changed.tensorFingerprints, same.tensorFingerprints).filter { $0.digest != $1.digest }
        #expect(differing.map(\.0.name) == [name])
    }
}
