import ConfigurationFiles
import NetworkAssembly
import Testing

@Suite(.timeLimit(.minutes(10))) struct LayerReferenceTests {
    private let sections: [ConfigurationReference.Section]

    init() throws { sections = try ConfigurationReference.layers().flatMap(\.sections) }

    @Test func everyLayerAndOptionHasAMeaning() {
        for layer in sections {
            #expect(!layer.meaning.isEmpty, "\(layer.title)")
            for option in layer.options { #expect(!option.meaning.isEmpty, "\(layer.title), \(option.key)") }
        }
    }

    @Test func containsTheOptionsOfAConvolution() throws {
        let options = try #require(sections.first { $0.title == "layer conv2d" }).options
        func fallback(_ key: String) -> String? { options.first { $0.key == key }?.fallback }
        #expect(fallback("outputChannels") == "required")
        #expect(fallback("stride") == "1")
        #expect(fallback("padding") == "valid")
        #expect(fallback("bias") == "true")
    }

    @Test func containsLayersWithoutOptions() throws {
        #expect(try #require(sections.first { $0.title == "layer relu" }).options.isEmpty)
    }
}
