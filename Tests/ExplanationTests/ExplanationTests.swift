import Configuration
import Explanation
import Foundation
import TestSupport
import Testing

@Suite struct ExplanationTests {
    @Test func namesWhatIsMissing() throws {
        try withTemporaryFolder { folder in
            #expect(throws: ExplanationError.noCheckpoints) { try Explanation([], images: [0], output: folder) }
            let digits = ExplainedCheckpoint(path: folder, configuration: try Self.configuration(dataset: "digits"))
            #expect(throws: ExplanationError.noImages) { try Explanation([digits], images: [], output: folder) }
            let cifar = ExplainedCheckpoint(path: folder, configuration: try Self.configuration(dataset: "cifar10"))
            #expect(throws: ExplanationError.datasetsDiffer(first: "digits", other: "cifar10")) {
                try Explanation([digits, cifar], images: [0], output: folder)
            }
        }
    }

    private static func configuration(dataset: String) throws -> Configuration {
        try Configuration(
            yaml: "{dataset: {name: \(dataset)}, network: {layers: [flatten, {linear: {outputFeatures: 10}}]}}",
            file: "test.yaml"
        )
    }
}
