import ConfigurationFiles
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ConfigurationReferenceTests {
    @Test func everyKeyHasAMeaning() throws {
        for section in try Configuration.reference().sections {
            #expect(!section.meaning.isEmpty, "\(section.title)")
            for option in section.options { #expect(!option.meaning.isEmpty, "\(section.title).\(option.key)") }
        }
    }

    /// A configuration doesn't change when all documented defaults that fit together are written into it.
    @Test func documentedDefaultsAreTheRealOnes() throws {
        let network = "network: {layers: [flatten, linear: {outputFeatures: 10}]}"
        let given = try Configuration(yaml: network, file: "NAME.yaml")
        let overrides = try Configuration.reference().sections.flatMap { section in
            section.options.filter { $0.key != "layers" && !$0.meaning.hasPrefix("with ") }.map { option in
                "\(section.title).\(option.key)=\(option.fallback.prefix { $0 != ";" })"
            }
        }
        #expect(overrides.count > 20)
        let written = try Configuration(yaml: network, file: "NAME.yaml", overrides: overrides)
        #expect(written.resolvedYAML() == given.resolvedYAML())
    }

    @Test(arguments: ShippedConfigurationTests.names)
    func containsEveryKeyOfAConfiguration(name: String) throws {
        let path = SourceTree.root.appending(path: "Configs/\(name).yaml").path
        let resolved = try Configuration.load(path: path).resolvedYAML()
        let sections = try Configuration.reference().sections
        for line in resolved.matches(of: /(?m)^(\w+):\n((?: .*\n)+)/) {
            let inner = sections.map(\.title).filter { $0.hasPrefix("\(line.1).") }.map {
                $0.dropFirst(line.1.count + 1)
            }
            let keys = (sections.first { $0.title == line.1 }?.options.map(\.key) ?? []) + inner.map(String.init)
            for key in line.2.matches(of: /(?m)^ {2}(\w+):/) { #expect(keys.contains(String(key.1)), "\(key.1)") }
        }
    }

    @Test func saysForWhichWordsAKeyExists() throws {
        let sections = try Configuration.reference().sections
        func option(_ section: String, _ key: String) throws -> ConfigurationReference.Option {
            try #require(sections.first { $0.title == section }?.options.first { $0.key == key })
        }
        #expect(try option("optimizer", "momentum").meaning.hasPrefix("with sgd or muon: "))
        #expect(try option("optimizer", "beta1").meaning.hasPrefix("with adam or adamw: "))
        #expect(try option("optimizer", "weightDecay").fallback == "0; 0.01 with adamw")
        #expect(try option("schedule", "finalFraction").fallback == "0; 4.0e-06 with oneCycle")
        #expect(try option("schedule", "stepEpochs").fallback == "required")
        #expect(try option("dataset", "limit").fallback == "null")
        #expect(try option("training", "epochs").values == "a number in 1 ... 1000000")
    }

    @Test func printsATableForEachSection() throws {
        let text = try ConfigurationReference(title: "layer pool", meaning: "takes the greatest") {
            options throws(ConfigurationError) in
            let kernel = try options.integer("kernel", in: 1...9, means: "side of a window")
            _ = try options.integer(
                "stride",
                default: kernel,
                saidAs: "kernel",
                in: 1...9,
                means: "pixels between windows"
            )
        }
        .text()
        #expect(
            text == """
                layer pool: takes the greatest
                  key     default   meaning                 values
                  kernel  required  side of a window        an integer in 1 ... 9
                  stride  kernel    pixels between windows  an integer in 1 ... 9

                """
        )
    }
}
