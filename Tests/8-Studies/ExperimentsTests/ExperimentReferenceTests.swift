import ConfigurationFiles
import Experiments
import Testing

@Suite(.timeLimit(.minutes(10))) struct ExperimentReferenceTests {
    @Test func everyKeyOfExperimentsIsDescribed() throws {
        let sections = try ExperimentFile.reference().sections
        let keys = Dictionary(uniqueKeysWithValues: sections.map { ($0.title, $0.options.map(\.key)) })
        #expect(keys["experiments, experiments.translation"] == ["shiftPixels", "equivarianceImages"], "\(keys)")
        #expect(keys["experiments, quick"]?.contains("percentages") == true)
        #expect(keys["experiments"]?.contains("seeds") == true)
    }

    @Test func aFileWithoutAQuickVersionSaysSo() throws {
        let yaml = "networks: {MLP: digits-mlp.yaml, CNN: digits-cnn.yaml}\nexperiments: {accuracy: {}}"
        let error = #expect(throws: ConfigurationError.self) {
            try ExperimentFile(OptionReader(yaml: yaml), isQuick: true)
        }
        #expect(error?.description.contains("leave --quick out") == true)
    }
}
