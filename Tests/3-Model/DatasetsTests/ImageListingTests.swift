import Datasets
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ImageListingTests {
    @Test func foldersAreClassesInTheOrderOfTheirNames() throws {
        try withTemporaryFolder { root in
            _ = try TemporaryPictures(root: root, names: TemporaryPictures.trainAndTest)
            let listing = try ImageListing(root: root, isTable: false, testFraction: nil)
            #expect(listing.classNames == ["cat", "dog"])
            #expect(listing.trainingCount == 4)
            #expect(
                listing.entries.map(\.name) == [
                    "train/cat/1.png", "train/cat/2.png", "train/dog/4.PNG", "train/dog/deeper/3.png", "test/cat/5.png",
                    "test/dog/6.png",
                ]
            )
            #expect(listing.entries.map(\.label) == [0, 0, 1, 1, 0, 1])
        }
    }

    @Test func oneFolderIsSplitWithinEachClassReproducibly() throws {
        try withTemporaryFolder { root in
            let names = ["a", "b"].flatMap { name in (0..<10).map { "\(name)/\($0).png" } }
            _ = try TemporaryPictures(root: root, names: names)
            let listing = try ImageListing(root: root, isTable: false, testFraction: 0.3)
            #expect(listing.trainingCount == 14)
            #expect(listing.entries[14...].map(\.label) == [0, 0, 0, 1, 1, 1])
            let again = try ImageListing(root: root, isTable: false, testFraction: 0.3)
            #expect(again.entries == listing.entries)
            #expect(Set(listing.entries.map(\.name)) == Set(names))
        }
    }

    @Test func inspectedPicturesNeedNoTestSplit() throws {
        try withTemporaryFolder { folder in
            _ = try TemporaryPictures(root: folder, names: ["cat/1.png", "cat/2.png", "dog/3.png"])
            let listing = try ImageListing(root: folder, isTable: false, testFraction: nil, needsTest: false)
            #expect(listing.trainingCount == 3 && listing.entries.count == 3)
            let text = ImageInspection(of: listing).text
            #expect(text.hasPrefix("class  pictures\ncat           2\ndog           1\nall           3\n"))
            expect("dataset.testFraction: none found", from: folder)
        }
    }

    @Test func aTableNamesPicturesAndClasses() throws {
        try withTemporaryFolder { root in
            let pictures = try TemporaryPictures(root: root, names: ["x/1.png", "x/2, 3.png", "y.png"])
            let table = "path,label\nx/1.png,\"<b>\"\"cat\"\"</b>\"\n\"x/2, 3.png\",dog\n"
            try pictures.write("train.csv", bytes: Array(table.utf8))
            try pictures.write("test.csv", bytes: Array("y.png,dog\n".utf8))
            let listing = try ImageListing(root: root, isTable: true, testFraction: nil)
            #expect(listing.classNames == ["<b>\"cat\"</b>", "dog"])
            #expect(listing.entries.map(\.path) == ["\(root)/x/1.png", "\(root)/x/2, 3.png", "\(root)/y.png"])
            try pictures.write("train.csv", bytes: Array("x/1.png\n".utf8))
            expect("\(root)/train.csv: line 1", from: root, isTable: true)
        }
    }

    @Test func problemsOfADataSetAreNamed() throws {
        try withTemporaryFolder { root in
            expect("no classes found", from: root, testFraction: 0.5)
            let pictures = try TemporaryPictures(root: root, names: TemporaryPictures.trainAndTest)
            expect("dataset.testFraction", from: root, testFraction: 0.5)
            try pictures.write("test/bird\n<i>/1.png", value: 3)
            expect("class 'bird\\n<i>' is only there", from: root)
            try FileManager.default.removeItem(atPath: "\(root)/test/bird\n<i>")
            try FileManager.default.createDirectory(atPath: "\(root)/train/em'pty", withIntermediateDirectories: true)
            expect("class 'em\\'pty' has no pictures", from: root)
            try FileManager.default.removeItem(atPath: "\(root)/train/em'pty")
            try FileManager.default.createSymbolicLink(
                atPath: "\(root)/train/cat/link.png",
                withDestinationPath: "/etc/hostname"
            )
            expect("train/cat/link.png: a symbolic link out of the data set", from: root)
            expect("/nowhere: not found", from: "/nowhere", testFraction: 0.1)
        }
    }

    @Test func aLinkWithinTheDataSetIsFollowed() throws {
        try withTemporaryFolder { root in
            _ = try TemporaryPictures(root: root, names: TemporaryPictures.trainAndTest)
            try FileManager.default.createSymbolicLink(
                atPath: "\(root)/train/dog/same.png",
                withDestinationPath: "\(root)/train/cat/1.png"
            )
            #expect(try ImageListing(root: root, isTable: false, testFraction: nil).trainingCount == 5)
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func tooManyClassesAreRefused() throws {
        try withTemporaryFolder { root in
            let lines = (0...65_536).map { "a.png,class \($0)\n" }.joined()
            try Data(lines.utf8).write(to: URL(filePath: root + "/train.csv"))
            try Data("a.png,class 0\n".utf8).write(to: URL(filePath: root + "/test.csv"))
            expect("65537 classes found, at most 65536", from: root, isTable: true)
        }
    }

    private func expect(_ message: String, from root: String, isTable: Bool = false, testFraction: Double? = nil) {
        do {
            _ = try ImageListing(root: root, isTable: isTable, testFraction: testFraction)
            Issue.record("no error, '\(message)' expected")
        } catch {
            #expect("\(error)".contains(message), "\(error)")
        }
    }
}
