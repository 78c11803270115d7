import Foundation
import Processes
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ProcessorCoresTests {
    private func write(_ text: String, to path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    @Test func masksRoundTrip() {
        let cores = [0, 7, 8, 63, 64, 8191]
        #expect(ProcessorCores.cores(in: ProcessorCores.mask(of: cores)) == cores)
    }

    @Test func hyperthreadsCountAsOneCore() throws {
        try withTemporaryFolder { folder in
            for core in 0..<4 {
                try write("\(core % 2),\(core % 2 + 2)\n", to: "\(folder)/cpu\(core)/topology/thread_siblings_list")
            }
            #expect(ProcessorCores.physical([0, 1, 2, 3], devices: folder) == [0, 1])
            #expect(ProcessorCores.physical([2, 3], devices: folder) == [2, 3])
            #expect(ProcessorCores.physical([0, 2], devices: folder) == [0])
            #expect(ProcessorCores.physical([0, 1], devices: "/nonexistent") == [0, 1])
        }
    }

    @Test(arguments: [
        ("0::/a/b\n", ["a/b/cpu.max": "150000 100000\n"], 1.5),
        ("0::/a/b\n", ["a/b/cpu.max": "max 100000\n", "a/cpu.max": "300000 100000\n"], 3),
        ("0::/outside\n", ["cpu.max": "50000 100000\n"], 0.5),
        ("0::/a\n", ["a/cpu.max": "max 100000\n"], nil),
        (
            "3:cpu,cpuacct:/job\n0::/\n",
            ["cpu,cpuacct/job/cpu.cfs_quota_us": "400000\n", "cpu,cpuacct/job/cpu.cfs_period_us": "100000\n"], 4
        ),
        ("3:cpu:/job\n", ["cpu/job/cpu.cfs_quota_us": "-1\n", "cpu/job/cpu.cfs_period_us": "100000\n"], nil),
        ("2:memory:/a\n", ["memory/a/cpu.max": "1 1\n"], nil),
    ])
    func theSmallestQuotaOfAllAncestorGroupsCounts(membership: String, files: [String: String], expected: Double?)
        throws
    {
        try withTemporaryFolder { folder in
            try write(membership, to: "\(folder)/membership")
            for (path, text) in files { try write(text, to: "\(folder)/groups/\(path)") }
            let quota = ProcessorCores.quota(membership: "\(folder)/membership", root: "\(folder)/groups")
            #expect(quota == expected)
        }
    }
}
