import Foundation
import Metrics
import TestSupport
import Testing

extension ProgramTests {
    @Suite struct SweepTests {
        @Test func aSweepOverNetworksAndOptimizersContinuesAfterADivergedTrial() throws {
            try withTemporaryFolder { folder in
                let networks = try SmallNetwork.allCases.map { try $0.write(to: folder) }
                let sweep = """
                    config: \(networks[1])
                    directory: \(folder)/trials
                    set: {training.epochs: 1}
                    parameters:
                      network: [\(networks.joined(separator: ", "))]
                      optimizer.name: [adam]
                      optimizer.learningRate: [0.002, 1.0e+30]
                    """
                try sweep.write(toFile: "\(folder)/sweep.yaml", atomically: true, encoding: .utf8)
                let run = try ProgramRun(["sweep", "\(folder)/sweep.yaml"], timeLimitSeconds: 120)
                #expect(run.exitCode == 0, "\(run.errors)")
                for network in networks {
                    let setting = "network=\(network) optimizer.name=adam optimizer.learningRate=1.0e+30"
                    #expect(run.errors.contains("diverged: \(setting)\n"), "\(run.errors)")
                }
                let again = "swift-dp-train \(networks[1]) --run-dir \(folder)/trials-best --set training.epochs=1"
                #expect(run.output.contains("\n  \(again) --set network="), "\(run.output)")
                let parameters = try ["trial-0000", "trial-0002"].map {
                    try RunFiles("\(folder)/trials/\($0)").summary().parameters
                }
                #expect(Set(parameters).count == 2, "two networks")
                let names = try ["trial-0000", "trial-0002"].map {
                    try RunFiles("\(folder)/trials/\($0)").summary().configName
                }
                #expect(Set(names).count == 2, "each is called by its network's file")
            }
        }

        @Test func aSweepWhoseTrialsAllDivergeFails() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let sweep = """
                    config: \(configuration)
                    directory: \(folder)/trials
                    parameters: {optimizer.learningRate: [1.0e+30]}
                    """
                try sweep.write(toFile: "\(folder)/sweep.yaml", atomically: true, encoding: .utf8)
                let run = try ProgramRun(["sweep", "\(folder)/sweep.yaml"], timeLimitSeconds: 120)
                #expect(run.exitCode == 65)
                #expect(run.errors.contains("failed: optimizer.learningRate=1.0e+30"), "\(run.errors)")
            }
        }
    }
}
