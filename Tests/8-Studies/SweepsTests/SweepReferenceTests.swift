import ConfigurationFiles
import Sweeps
import Testing

@Suite(.timeLimit(.minutes(10))) struct SweepReferenceTests {
    @Test func everyKeyOfASweepIsDescribed() throws {
        let sections = try SweepFile.reference().sections
        let keys = Dictionary(uniqueKeysWithValues: sections.map { ($0.title, $0.options.map(\.key)) })
        #expect(
            keys["sweep"] == ["config", "set", "method", "metric", "trials", "seed", "ranks", "directory"],
            "\(keys)"
        )
        #expect(keys["sweep, parameters.KEY"] == ["minimum", "maximum", "scale", "integer"])
        #expect(keys["sweep, halving"] == ["maximumEpochs", "graceEpochs", "reductionFactor"])
        #expect(sections.allSatisfy { section in section.options.allSatisfy { !$0.meaning.isEmpty } })
    }
}
