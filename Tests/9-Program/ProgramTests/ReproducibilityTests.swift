import Metrics
import TestSupport
import Testing

extension ProgramTests {
    @Suite struct ReproducibilityTests {
        /// A distribution of the same run over ranks and threads.
        struct Layout {
            let ranks: Int?
            let threads: Int
            let bucketBytes: Int
            let overlap: Bool

            var arguments: [String] {
                [
                    "--set", "parallel.threadsPerRank=\(threads)", "--set", "parallel.bucketBytes=\(bucketBytes)",
                    "--set", "parallel.overlap=\(overlap)", "--set", "training.epochs=1",
                ]
            }
        }

        static let layouts = [
            Layout(ranks: nil, threads: 2, bucketBytes: 1024, overlap: true),
            Layout(ranks: 1, threads: 1, bucketBytes: 1024, overlap: false),
            Layout(ranks: 2, threads: 1, bucketBytes: 1024, overlap: true),
            Layout(ranks: 2, threads: 2, bucketBytes: 1 << 20, overlap: false),
            Layout(ranks: 3, threads: 2, bucketBytes: 1024, overlap: true),
            Layout(ranks: 3, threads: 1, bucketBytes: 1 << 20, overlap: true),
            Layout(ranks: 4, threads: 1, bucketBytes: 1024, overlap: false),
            Layout(ranks: 4, threads: 2, bucketBytes: 1 << 20, overlap: true),
        ]

        @Test(arguments: SmallNetwork.allCases)
        func ranksThreadsBucketsAndOverlapChangeNoBit(network: SmallNetwork) throws {
            try withTemporaryFolder { folder in
                let configuration = try network.write(to: folder)
                let alone = Layout(ranks: nil, threads: 1, bucketBytes: 1 << 20, overlap: false)
                let expected = try result(of: alone, configuration, in: "\(folder)/alone")
                #expect(try expected.stepLosses().count == SmallNetwork.stepsPerEpoch)
                for (index, layout) in Self.layouts.enumerated() {
                    let found = try result(of: layout, configuration, in: "\(folder)/\(index)")
                    #expect(try found.summary().weightsSha256 == expected.summary().weightsSha256, "\(layout)")
                    #expect(try found.stepLosses() == expected.stepLosses(), "\(layout)")
                    #expect(try found.epochLosses() == expected.epochLosses(), "\(layout)")
                    #expect(try found.summary().worldSize == layout.ranks ?? 1)
                }
            }
        }

        /// Without batch normalization, whose result depends on the shards, which depend on the ranks with this
        /// reduction.
        @Test func fastReductionGivesTheSameLossCurve() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let alone = Layout(ranks: nil, threads: 1, bucketBytes: 1 << 20, overlap: false)
                let expected = try result(of: alone, configuration, in: "\(folder)/alone").stepLosses()
                for ranks in 1...4 {
                    let layout = Layout(ranks: ranks, threads: 1, bucketBytes: 1024, overlap: true)
                    let fast = ["--set", "parallel.reduction=fast"]
                    let found = try result(of: layout, configuration, in: "\(folder)/\(ranks)", fast).stepLosses()
                    for (step, loss) in expected {
                        #expect(abs((found[step] ?? .nan) - loss) < 1e-4 * loss, "step \(step) on \(ranks) ranks")
                    }
                }
            }
        }

        private func result(
            of layout: Layout,
            _ configuration: String,
            in folder: String,
            _ arguments: [String] = []
        ) throws -> RunFiles {
            let common = ["--config", configuration, "--run-dir", folder]
            let run = try ProgramRun(ranks: layout.ranks, common + layout.arguments + arguments)
            #expect(run.exitCode == 0, "\(layout): \(run.errors)")
            return RunFiles(folder)
        }
    }
}
