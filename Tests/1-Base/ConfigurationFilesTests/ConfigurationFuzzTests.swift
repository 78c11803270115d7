import ConfigurationFiles
import Foundation
import TestSupport
import Testing

/// Whatever the bytes, reading gives a configuration or a located error.
///
/// The environment variable `SWIFT_DP_FUZZ` multiplies the rounds.
@Suite(.timeLimit(.minutes(10))) struct ConfigurationFuzzTests {
    @Test func mutatedConfigurationsNeverTrap() throws {
        let rounds = 20_000 * max(1, Int(ProcessInfo.processInfo.environment["SWIFT_DP_FUZZ"] ?? "") ?? 1)
        var random = SplitMix64(seed: 2)
        var acceptedCount = 0
        for _ in 0..<rounds {
            let bytes = mutated(Array(complete.utf8), &random)
            let text = String(decoding: bytes, as: UTF8.self)
            do throws(ConfigurationError) {
                let configuration = try Configuration(yaml: text, file: "fuzz.yaml", overrides: overrides(&random))
                try readLayers(configuration.network.layers)
                let resolved = configuration.resolvedYAML()
                let again = try Configuration(yaml: resolved, file: "fuzz.yaml")
                try readLayers(again.network.layers)
                #expect(again.resolvedYAML() == resolved, "\(text)")
                acceptedCount += 1
            } catch {
                #expect(error.file == "fuzz.yaml" || error.file == "--set")
                #expect(!error.problem.isEmpty)
            }
        }
        // If all mutations were refused, or none, the test would show little.
        #expect(acceptedCount > rounds / 50)
        #expect(acceptedCount < rounds / 2)
    }

    /// A few changes, cuts, copies and insertions of YAML tokens.
    private func mutated(_ original: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let position = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(bytes.count, position + Int.random(in: 0...12, using: &random))
            let fragment = Array((fragments.randomElement(using: &random) ?? "").utf8)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: changeDigit(of: &bytes, &random)
            case 1: bytes[position] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes.removeSubrange(position..<end)
            case 3: bytes.insert(contentsOf: bytes[position..<end], at: Int.random(in: 0...position, using: &random))
            case 4: bytes.replaceSubrange(position..<end, with: fragment)
            default: bytes.insert(contentsOf: fragment, at: position)
            }
            if bytes.isEmpty { bytes = [UInt8(ascii: "x")] }
        }
        return bytes
    }

    private func changeDigit(of bytes: inout [UInt8], _ random: inout SplitMix64) {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let places = bytes.indices.filter { digits.contains(bytes[$0]) }
        guard let place = places.randomElement(using: &random) else { return }
        bytes[place] = UInt8.random(in: digits, using: &random)
    }

    private func overrides(_ random: inout SplitMix64) -> [String] {
        guard Int.random(in: 0..<4, using: &random) == 0 else { return [] }
        let paths = [
            "training.epochs", "network.layers.0", "network.layers[2].dropout.probability", "run", "", "a.b.c",
        ]
        let path = paths.randomElement(using: &random) ?? ""
        return [path + "=" + (fragments.randomElement(using: &random) ?? "")]
    }

    /// Reads every option as the layers do, whatever the kind.
    private func readLayers(_ layers: [LayerDescription]) throws(ConfigurationError) {
        for layer in layers {
            let options = layer.options
            if layer.kind == "residual" {
                try readLayers(options.layers("body", means: "test"))
                try readLayers(options.layers("shortcut", means: "test"))
            } else {
                _ = try options.integer("outputChannels", default: 1, in: 1...1024, means: "test")
                _ = try options.integer("kernel", default: 1, in: 1...64, means: "test")
                _ = try options.integerOrWord(
                    "padding",
                    default: IntegerOrWord<PaddingWord>.word(.valid),
                    in: 0...64,
                    means: "test"
                )
                _ = try options.boolean("bias", default: true, means: "test")
                _ = try options.number("probability", default: 0.5, in: 0...1, means: "test")
                _ = try options.optionalInteger("outputFeatures", in: 1...1_000_000, means: "test")
            }
            try options.finish()
        }
    }

    private let fragments = [
        "\n", " ", "  ", "\t", ":", ": ", "- ", "-", "[", "]", "{", "}", ",", "#", " #", "&a ", "*a", "*a ", "!",
        "!!str ", "!x ",
        "|\n", ">-\n", "'", "\"", "\\", "\"\\ud800\"", "\"\\xff\"", "\"\\0\"", "%YAML 1.2\n", "---\n", "...\n", "? ",
        "<<: ",
        "null", "~", "true", "no", "0", "-1", "1e999", ".nan", ".inf", "-.inf", "9223372036854775808", "1e-3", "3.0",
        "1.5",
        "\u{FEFF}", "\u{2028}", "\u{85}", "\r", "\r\n", "\0", "é", "💡", "relu", "residual: {body: [relu]}", "layers:",
        "@", "`",
        String(repeating: "[", count: 200), String(repeating: "{a: ", count: 70), String(repeating: "- ", count: 80),
    ]
}
