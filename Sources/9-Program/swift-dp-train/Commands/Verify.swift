import ArgumentParser
import ConfigurationFiles
import Console
import Formatting
import Foundation
import Launching
import Processes
import Training
import Verification

/// `verify`.
struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes the same steps on several numbers of ranks and compares their bits.",
        discussion: """
            Prints one digest where all agree. Where they don't, it prints the first step, layer and tensor that \
            differ and by how many units in the last place, and exits with 70. Writes to a temporary folder only. With \
            --quiet the digest alone; with --verbose also how long each number of ranks took.
            """
    )

    @OptionGroup var source: ConfigurationOptions

    @Option(help: "The numbers of ranks, with commas between.")
    var ranks = "1,2,4"

    @Option(help: "How many steps.")
    var steps = 20

    @OptionGroup var answer: AnswerOptions

    /// The numbers of `--ranks`; nil if it isn't a list of numbers.
    private var rankCounts: [Int]? {
        let counts = ranks.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard counts.count > 1, counts.allSatisfy({ ($0 ?? 0) > 0 }) else { return nil }
        return counts.compactMap { $0 }
    }

    func validate() throws {
        if rankCounts == nil { throw ValidationError("--ranks is '\(ranks)', two or more numbers as in 1,2,4 needed") }
        if steps < 1 { throw ValidationError("--steps is \(steps), 1 or more needed") }
    }

    func run() throws {
        try requireShardForEachRank(of: source.load())
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("verify-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let counts = rankCounts ?? []
        let runs = try counts.map { try record(rankCount: $0, stepCount: steps, below: folder) }
        let digests = try runs.map { path throws(TrainingError) in try StepDigests(folder: path) }
        for (index, other) in digests.enumerated().dropFirst() {
            guard let difference = digests[0].firstDifference(from: other) else { continue }
            try report(difference, between: counts[0], and: counts[index], below: folder)
        }
        let digest = try CheckpointDifference(runs[0], runs[1]).digests[0]
        let list = counts.map(String.init)
        let text =
            switch answer.form {
            case .line: digest
            case .usual, .verbose: "\(list.joined(separator: ", ")) ranks agree after \(steps) steps: \(digest)"
            case .json:
                #"{"agree":true,"digest":"\#(digest)","ranks":[\#(list.joined(separator: ","))],"steps":\#(steps)}"#
            }
        try StandardStream.output.writeLine(text)
    }

    /// Before any rank is started, refuses more ranks than the global batch has shards.
    private func requireShardForEachRank(of configuration: Configuration) throws {
        let (most, shards) = (rankCounts?.max() ?? 0, configuration.parallel.virtualShards)
        guard configuration.parallel.reduction == .reproducible, most > shards else { return }
        throw ValidationError("--ranks lists \(most), at most parallel.virtualShards needed, which is \(shards)")
    }

    /// Starts this program on `rankCount` ranks.
    private func record(rankCount: Int, stepCount: Int, below folder: String) throws -> String {
        let path = "\(folder)/\(rankCount)-ranks-\(stepCount)-steps"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let start = ContinuousClock.now
        let overrides = source.overrides.flatMap { ["--set", $0] }
        let end = try RankCommand.run(
            rankCount: rankCount,
            program: ProgramPath.current,
            arguments: ["digests", "--config", source.config, "--steps", "\(stepCount)", "--folder", path]
                + overrides
        )
        guard end == .exited(0) else { throw ExitCode(end.exitCode) }
        let seconds = Format.fixed((ContinuousClock.now - start) / .seconds(1), digits: 1)
        if answer.verbose {
            answer.tell("\(Format.count(rankCount, "rank")), \(Format.count(stepCount, "step")): \(seconds) s")
        }
        return path
    }

    /// Repeats the steps up to the difference, to read the tensors.
    private func report(_ entry: StepDigests.Entry, between first: Int, and second: Int, below folder: String) throws {
        let pair = try [first, second].map { try record(rankCount: $0, stepCount: entry.step, below: folder) }
        let difference = try CheckpointDifference(pair[0], pair[1])
        let names = try StepDigests(folder: pair[0]).entries.filter { $0.step == entry.step }.map(\.name)
        let tensor = names.lazy.compactMap { difference.tensors[$0] }.first
        try StandardStream.output.writeLine(
            answer.json
                ? #"{"agree":false,"first_step":\#(entry.step),"first_tensor":"\#(tensor?.name ?? entry.name)","ranks":[\#(first),\#(second)]}"#
                : "\(first) and \(second) ranks differ, first in step \(entry.step): \(tensor.map(text) ?? entry.name)"
        )
        throw ExitCode(Failure.Code.software.rawValue)
    }

    private func text(_ tensor: CheckpointDifference.Tensor) -> String {
        let layer = tensor.name.split(separator: ".").dropLast().joined(separator: ".")
        return "layer \(layer), tensor \(tensor.name), \(tensor.differingCount) of \(tensor.count) numbers, "
            + "by at most \(tensor.maximumULPs) ulp\(tensor.maximumULPs == 1 ? "" : "s")"
    }
}

/// `digests`: what `verify` starts under mpirun.
struct Digests: ParsableCommand {
    static let configuration = CommandConfiguration(shouldDisplay: false)

    @OptionGroup var source: ConfigurationOptions
    @Option var steps: Int
    @Option var folder: String

    func run() throws {
        let configuration = try source.load()
        try RankGroup.run { communicator in
            try StepDigests.record(
                configuration: configuration,
                stepCount: steps,
                folder: folder,
                communicator: communicator
            )
        }
    }
}
