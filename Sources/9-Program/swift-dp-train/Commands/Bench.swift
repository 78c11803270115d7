import ArgumentParser
import Benchmarks
import Collectives
import ConfigurationFiles
import Console
import Networks

/// `bench`.
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Times training steps on random data in memory, or one layer.",
        discussion:
            "Prints images a second, GFLOP/s and the machine's own matrix-product GFLOP/s beside it, and where the "
            + "time of a step goes. Reads no data set; writes no file but the trace that it is asked for."
    )

    @OptionGroup var file: FileArgument<ConfigurationOptions.Kind>
    @OptionGroup var settings: OverrideOptions

    @Option(
        parsing: .unconditional,
        help: "Timed steps; three more go before (default: as many as --seconds allow, at least 5)."
    )
    var steps: Int?

    @Option(parsing: .unconditional, help: "For about how long to time.")
    var seconds = 3.0

    @Flag(help: "Also print a table of layers.")
    var layers = false

    @Option(
        help: ArgumentHelp("Write a Chrome trace of the timed steps, for Perfetto.", valueName: "file"),
        completion: .file()
    )
    var trace: String?

    @Option(
        help: "Instead of a configuration: one layer on one thread, such as 'conv2d: {outputChannels: 64, kernel: 3}'."
    )
    var layer: String?

    @Option(help: ArgumentHelp("The layer's input.", valueName: "channels>x<height>x<width"))
    var input = "3x32x32"

    @Option(parsing: .unconditional, help: "The layer's batch.")
    var batch = 128

    @Flag(help: "Print JSON instead of tables.")
    var json = false

    private static let largestStepCount = 1_000_000
    /// The longest measurement: a day.
    private static let longestSeconds = 86_400.0
    private static let largestBatch = 1 << 20

    func validate() throws {
        if let steps, steps < 1 { throw ValidationError("--steps is \(steps), 1 or more needed") }
        if let steps, steps > Self.largestStepCount {
            throw ValidationError("--steps is \(steps), \(Self.largestStepCount) or fewer needed")
        }
        if !(seconds > 0 && seconds <= Self.longestSeconds) {
            throw ValidationError("--seconds is \(seconds), more than 0 and at most \(Self.longestSeconds) needed")
        }
        if !(1...Self.largestBatch).contains(batch) {
            throw ValidationError("--batch is \(batch), 1 to \(Self.largestBatch) needed")
        }
        if (file.path == nil) == (layer == nil) { throw ValidationError("either --config or --layer is needed") }
        if layer != nil, steps != nil || layers || trace != nil || !settings.overrides.isEmpty {
            throw ValidationError("--steps, --layers, --trace and --set need --config, not --layer")
        }
        if FeatureShape(imageText: input) == nil {
            throw ValidationError("--input is '\(input)', CHANNELSxHEIGHTxWIDTH needed, such as 128x16x16")
        }
    }

    func run() throws {
        if let layer, let inputShape = FeatureShape(imageText: input) {
            let result = try SingleLayerBenchmark(layer: layer, inputShape: inputShape, batch: batch, seconds: seconds)
            try StandardStream.output.writeLine(json ? result.json() : result.text)
        } else if let config = file.path {
            try benchSteps(of: config)
        }
    }

    private func benchSteps(of config: String) throws {
        let configuration = try ConfigurationOptions.load(config, overrides: settings.overrides)
        try RankGroup.run { communicator in
            let result = try StepBenchmark(
                configuration: configuration,
                name: ConfigurationOptions.name(of: config),
                options: StepBenchmark.Options(
                    stepCount: steps,
                    seconds: seconds,
                    measuresLayers: layers,
                    tracePath: trace
                ),
                communicator: communicator
            )
            if communicator.rank == 0 {
                try StandardStream.output.writeLine(json ? result.json() : result.text)
            }
        }
    }
}

extension FeatureShape {
    /// The shape of an image that a text such as `128x16x16` (channels, height, width) means; nil if it isn't one.
    fileprivate init?(imageText: String) {
        let sizes = imageText.split(separator: "x", omittingEmptySubsequences: false).compactMap { Int($0) }
        guard sizes.count == 3, sizes.allSatisfy({ (1...1 << 16).contains($0) }) else { return nil }
        self = .image(height: sizes[1], width: sizes[2], channels: sizes[0])
    }
}
