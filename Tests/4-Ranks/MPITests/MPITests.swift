import Foundation
import Testing

/// Real ranks under a real mpirun; if there is none, these tests fail.
@Suite(.serialized, .timeLimit(.minutes(10))) struct MPITests {
    @Test(arguments: [1, 2, 3, 4])
    func everyCollectiveEqualsItsFormula(ranks: Int) throws {
        let run = try MPIRun(ranks: ranks, "collectives")
        #expect(run.lines == ["all collectives agree"])
        #expect(run.exitCode == 0)
    }

    /// A line has the digest, the reducer and the bucket bytes, then the number of different digests on all ranks and
    /// the digests.
    @Test func theSumsAreTheSameBitsOnAnyNumberOfRanks() throws {
        let lines = try [1, 2, 3, 4].flatMap { ranks in
            let run = try MPIRun(ranks: ranks, "digests")
            #expect(run.lines.count == 9, "three reducers and three bucket sizes: \(run.lines)")
            return run.lines.map { $0.split(separator: " ", maxSplits: 3) }
        }
        #expect(lines.allSatisfy { $0.first == "digest" && $0.count == 4 })
        #expect(Set(lines.map(\.last)).count == 1)
        #expect(lines.first?.last?.hasPrefix("3 [") == true, "each of three steps has one digest on all ranks")
    }

    @Test(arguments: ["sleep", "stop"])
    func aRankThatStopsAnsweringIsNamedAndAllEnd(how: String) throws {
        let run = try MPIRun(ranks: 3, "silence", how)
        // A stopped rank may report, too, when mpirun wakes it to end it.
        let reports = run.lines.filter { $0.hasPrefix("rank 0: ") || $0.hasPrefix("rank 1: ") }
        #expect(!reports.isEmpty, "\(run.lines)")
        #expect(reports.allSatisfy { $0.contains(": barrier #2 not complete after ") }, "\(reports)")
        #expect(reports.allSatisfy { $0.contains(" s: no answer from rank 2 on ") }, "\(reports)")
        #expect(run.lines.contains { $0.hasSuffix("step 12, computing, last collective barrier #2") })
        #expect(run.exitCode == 70)
        #expect(run.seconds < 20)
    }

    @Test func aRankThatDiesEndsAll() throws {
        let run = try MPIRun(ranks: 3, "silence", "die")
        #expect(run.exitCode == 128 + 9)
        #expect(run.seconds < 20)
    }

    /// Programs that start together see the same free space; those that get no memory do without, and none dies of
    /// SIGBUS.
    @Test(.enabled(if: geteuid() == 0, "only root may mount")) func sharedMemoryIsReserved()
        async throws
    {
        // A small file system for shared memory, which two runs of three programs would fill.
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let mount = Process()
        mount.executableURL = URL(fileURLWithPath: "/bin/sh")
        mount.arguments = ["-c", "mount -t tmpfs -o size=32m tmpfs \(folder)"]
        try mount.run()
        mount.waitUntilExit()
        try #require(mount.terminationStatus == 0)
        defer {
            umount2(folder, 2)
            rmdir(folder)
        }
        let place = folder + "-place"
        defer { try? FileManager.default.removeItem(atPath: place) }
        let shell = "mount --bind \(folder) /dev/shm; export OMPI_MCA_btl_vader_backing_directory=/tmp"
        let runs = try await withThrowingTaskGroup(of: MPIRun.self) { group in
            for _ in 1...3 {
                // One thread each: there are only as many task threads as cores, and each program waits for the others.
                group.addTask {
                    try await withCheckedThrowingContinuation { continuation in
                        Thread.detachNewThread {
                            let run = Result {
                                try MPIRun(ranks: 2, "memory", "\(10 << 20)", place, "3", shell: shell)
                            }
                            continuation.resume(with: run)
                        }
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(runs.allSatisfy { $0.exitCode == 0 }, "\(runs)")
        #expect(runs.filter { $0.lines == ["shared"] }.count <= 1, "\(runs)")
        #expect(runs.contains { $0.lines == ["messages"] })
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty, "nothing is left behind")
    }

    @Test func anErrorOfMPIIsThrownWithItsText() throws {
        let run = try MPIRun(ranks: 2, "mistake")
        #expect(run.lines.contains { $0.contains(": MPI_Ibcast failed: MPI_ERR_ROOT") }, "\(run.lines)")
        #expect(run.exitCode == 70)
    }
}
