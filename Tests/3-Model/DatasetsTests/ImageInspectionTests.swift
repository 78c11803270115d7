import Datasets
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ImageInspectionTests {
    @Test func reportsSizesStatisticsAndProblems() throws {
        try withTemporaryFolder { root in
            let pictures = try TemporaryPictures(root: root, names: TemporaryPictures.trainAndTest)
            let whole = ImageInspection(of: try ImageListing(root: root, isTable: false, testFraction: nil))
            #expect(whole.sizes.count == 6 && whole.sizes.allSatisfy { $0 == (4, 5) })
            #expect(whole.problems.isEmpty && whole.duplicates.isEmpty)
            // The mean of green, which only depends on the pictures' own gray: 0, 51, 102 and 153 of 255.
            #expect(abs(whole.normalization.mean[1] - 0.3) < 1e-6)
            #expect(whole.text.contains("height 4, width 5 pixels"))
            #expect(whole.text.contains("no picture is there twice"))
            try pictures.write("train/cat/0.png", value: 153)
            try pictures.write("test/cat/bad.jpg", bytes: [0xFF, 0xD8, 0xFF, 0xD9])
            let spoilt = ImageInspection(of: try ImageListing(root: root, isTable: false, testFraction: nil))
            #expect(spoilt.problems.count == 1 && spoilt.problems[0].contains("test/cat/bad.jpg: damaged JPEG"))
            #expect(spoilt.duplicates.map(\.names) == [["train/cat/0.png", "train/dog/4.PNG"]])
            #expect(spoilt.duplicates[0].isInSeveralClasses && !spoilt.duplicates[0].isInBothParts)
        }
    }
}
