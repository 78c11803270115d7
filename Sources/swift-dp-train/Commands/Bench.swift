import ArgumentParser
import Collectives
import Training

/// `bench`.
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Times training steps on random data in memory.",
        discussion:
            "Prints images a second, GFLOP/s, the machine's own matrix-product GFLOP/s beside it, and where the "
            + "time goes. Reads no data set and writes no file."
    )

    @OptionGroup var source: ConfigurationOptions

    @Option(help: "Timed steps; three more go before, untimed.")
    var steps = 20

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    func validate() throws {
        if steps < 1 { throw ValidationError("--steps is \(steps), 1 or more needed") }
    }

    func run() throws {
        let configuration = try source.load()
        try RankGroup.run { communicator in
            let result = try StepBenchmark.run(
                configuration: configuration,
                name: source.name,
                stepCount: steps,
                communicator: communicator
            )
            if communicator.rank == 0 { print(json ? result.json : result.text) }
        }
    }
}
