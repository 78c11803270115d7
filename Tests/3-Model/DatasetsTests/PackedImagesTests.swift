import Datasets
import Foundation
import ImageFiles
import Images
import Processes
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct PackedImagesTests {
    private let resizing = Resizing(height: 4, width: 5, mode: .shorterSide)

    /// Packs six pictures of five by four pixels.
    private func pack(_ root: String, to path: String, threadCount: Int = 2, channels: Int = 3) throws {
        _ = try TemporaryPictures(root: root, names: TemporaryPictures.trainAndTest)
        let listing = try ImageListing(root: root, isTable: false, testFraction: nil)
        try ImagePacking(listing: listing, resizing: resizing, channels: channels, threadCount: threadCount)
            .run(to: path) { _ in }
    }

    @Test func containsTheDecodedPicturesWithTheirLabels() throws {
        try withTemporaryFolder { folder in
            try pack(folder + "/data", to: folder + "/out.images")
            let packed = try PackedImages(path: folder + "/out.images")
            let dataset = try packed.dataset()
            #expect(dataset.shape == ImageShape(channels: 3, height: 4, width: 5))
            #expect(dataset.classNames == ["cat", "dog"])
            #expect(dataset.training.labels == [0, 0, 1, 1])
            #expect(dataset.test.labels == [0, 1])
            // The first picture is black except for its first pixel's red; the third training picture was written as
            // the fourth.
            #expect(dataset.training.bytes(of: 0) == [255] + Array(repeating: 0, count: 59))
            #expect(dataset.training.bytes(of: 2)[1] == 153)
            #expect(dataset.test.bytes(of: 1) == [0] + Array(repeating: 255, count: 59))
            #expect(try packed.names()[2] == "train/dog/4.PNG")
            #expect(try dataset.testNames() == ["test/cat/5.png", "test/dog/6.png"])
            #expect(packed.description == dataset.description)
            try packed.verify()
        }
    }

    @Test func theSamePicturesGiveTheSameBytesOnAnyNumberOfThreads() throws {
        try withTemporaryFolder { folder in
            try pack(folder + "/data", to: folder + "/one.images", threadCount: 1)
            try pack(folder + "/data", to: folder + "/three.images", threadCount: 3)
            let one = try Data(contentsOf: URL(filePath: folder + "/one.images"))
            #expect(try one == Data(contentsOf: URL(filePath: folder + "/three.images")))
            #expect(one.count > 4_096)
        }
    }

    /// By hand: gray values of 0, 51, 153 and 102, with one inverted pixel of twenty.
    @Test func theIndexHasMeanAndStandardDeviationOfTheTrainingImages() throws {
        try withTemporaryFolder { folder in
            try pack(folder + "/data", to: folder + "/out.images")
            let dataset = try PackedImages(path: folder + "/out.images").dataset()
            let direct = ChannelStatistics(of: dataset.training).normalization(maximum: 255)
            #expect(dataset.normalization == direct)
            // The mean of green, which isn't inverted in the first pixel: 0, 51, 102 and 153.
            #expect(abs(dataset.normalization.mean[1] - 0.3) < 1e-6)
            let deviation = Float((0.09 + 0.01 + 0.01 + 0.09) / 4).squareRoot()
            #expect(abs(dataset.normalization.standardDeviation[1] - deviation) < 1e-6)
        }
    }

    @Test func anUnreadablePictureIsNamedAndNoFileIsLeft() throws {
        try withTemporaryFolder { folder in
            let pictures = try TemporaryPictures(root: folder + "/data", names: TemporaryPictures.trainAndTest)
            try pictures.write("train/cat/2.png", bytes: Array("no picture".utf8))
            let listing = try ImageListing(root: folder + "/data", isTable: false, testFraction: nil)
            let packing = ImagePacking(listing: listing, resizing: resizing, channels: 3)
            let error = #expect(throws: DatasetError.self) { try packing.run(to: folder + "/out.images") { _ in } }
            #expect(error?.description.contains("train/cat/2.png: not a picture") == true)
            try pictures.write("train/cat/1.png", bytes: [])
            let both = #expect(throws: DatasetError.self) { try packing.run(to: folder + "/out.images") { _ in } }
            #expect(both?.description.contains("2 pictures can't be read") == true)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["data"])
        }
    }

    @Test func aClassNameWithALineBreakStaysOnItsLine() throws {
        try withTemporaryFolder { folder in
            let names = ["train/a\nb/1.png", "train/c/2.png", "test/a\nb/3.png", "test/c/4.png"]
            _ = try TemporaryPictures(root: folder + "/data", names: names)
            let listing = try ImageListing(root: folder + "/data", isTable: false, testFraction: nil)
            #expect(ImageInspection(of: listing).text.contains("\na?b"))
            try ImagePacking(listing: listing, resizing: resizing, channels: 3).run(to: folder + "/out.images") { _ in }
            #expect(try PackedImages(path: folder + "/out.images").dataset().summary.contains("\na?b"))
        }
    }

    @Test func whatAKilledProcessLeftIsRemovedAndWhatAnotherWritesIsKept() throws {
        try withTemporaryFolder { folder in
            for number in [1, 2] {
                try Data("part".utf8).write(to: URL(filePath: "\(folder)/out.images.part-\(number)"))
            }
            let lock = try #require(try FileLock.take("\(folder)/out.images.part-2"))
            defer { lock.release() }
            try pack(folder + "/data", to: folder + "/out.images")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            #expect(names == ["data", "out.images", "out.images.part-2"])
        }
    }

    @Test func aFolderInThePlaceOfTheFileIsRefusedBeforeAnyPictureIsDecoded() throws {
        try withTemporaryFolder { folder in
            _ = try TemporaryPictures(root: folder + "/data", names: TemporaryPictures.trainAndTest)
            let listing = try ImageListing(root: folder + "/data", isTable: false, testFraction: nil)
            let packing = ImagePacking(listing: listing, resizing: resizing, channels: 3)
            let error = #expect(throws: DatasetError.self) {
                try packing.run(to: folder + "/data") { _ in Issue.record("a picture was decoded") }
            }
            #expect(error?.description.contains("/data: can't be written: Is a directory") == true)
        }
    }

    @Test func aDamagedImageIsFoundAtItsFirstUse() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/out.images"
            try pack(folder + "/data", to: path)
            var bytes = try Data(contentsOf: URL(filePath: path))
            bytes[4_096 + 2 * 60 + 7] ^= 1
            try bytes.write(to: URL(filePath: path))
            let dataset = try PackedImages(path: path).dataset()
            let loader = try BatchLoader(dataset: dataset, augmentation: .none, seed: 0)
            try load([0, 1, 3], of: dataset, with: loader)
            try dataset.checkReads()
            try load([2], of: dataset, with: loader)
            let error = #expect(throws: DatasetError.self) { try dataset.checkReads() }
            #expect(error?.description.contains("out.images: damaged: record 2") == true)
        }
    }

    @Test func aMappedFileThatIsWrittenToIsNamed() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/out.images"
            try pack(folder + "/data", to: path)
            let dataset = try PackedImages(path: path).dataset()
            try dataset.checkReads()
            let handle = try FileHandle(forWritingTo: URL(filePath: path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data([0]))
            #expect(throws: DatasetError.changed(path: path)) { try dataset.checkReads() }
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func tenThousandDamagedFilesAreReadOrRefused() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/out.images"
            try pack(folder + "/data", to: path)
            let whole = [UInt8](try Data(contentsOf: URL(filePath: path)))
            // Everything except the images; their position stays the same.
            let parts = [Array(whole[..<64]), Array(whole[(4_096 + 6 * 60)...])]
            var damages = DamagedInput(seed: 14)
            var (readCount, errorCount) = (0, 0)
            for input in 0..<10_000 {
                let start = input % 2 == 0 ? damages.damage(parts[0], with: parts[1]) : parts[0]
                let index = input % 3 != 0 ? damages.damage(parts[1], with: parts[0]) : parts[1]
                let room = Array(repeating: UInt8(0), count: max(0, 4_096 - start.count))
                let bytes = start + room + whole[4_096..<4_096 + 6 * 60] + index
                #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
                do throws(DatasetError) {
                    readCount += try PackedImages(path: path).dataset().training.count > 0 ? 1 : 0
                } catch {
                    errorCount += error.description.contains(path) ? 1 : 0
                }
            }
            #expect(readCount + errorCount == 10_000)
            #expect(readCount > 10 && errorCount > 5_000)
        }
    }

    @Test func theCacheIsRebuiltWhenAPictureChanges() throws {
        try withTemporaryFolder { folder in
            let pictures = try TemporaryPictures(root: folder + "/data", names: TemporaryPictures.trainAndTest)
            let cache = PackedCache(folder: folder + "/cache")
            func packed(channels: Int) throws -> String {
                let listing = try ImageListing(root: folder + "/data", isTable: false, testFraction: nil)
                return try cache.images(of: listing, resizing: resizing, channels: channels) { _ in }.path
            }
            let first = try packed(channels: 1)
            let made = try FileManager.default.attributesOfItem(atPath: first)[.modificationDate] as? Date
            #expect(try packed(channels: 1) == first)
            #expect(try FileManager.default.attributesOfItem(atPath: first)[.modificationDate] as? Date == made)
            #expect(try packed(channels: 3) != first)
            try pictures.write("train/cat/1.png", value: 99)
            let second = try packed(channels: 1)
            #expect(second != first)
            // 156 is the first pixel's red, 99 its green and blue: gray 116.
            #expect(try PackedImages(path: second).dataset().training.bytes(of: 0)[..<2] == [116, 99])
        }
    }

    /// The packed files or the notes in a cache's folder.
    private func contents(of cache: String, ending: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: cache).filter { $0.hasSuffix(ending) }.sorted()
    }

    @Test func theCacheDependsOnTheContentsOfFiles() throws {
        try withTemporaryFolder { folder in
            let pictures = try TemporaryPictures(root: folder + "/data", names: TemporaryPictures.trainAndTest)
            // So late that the files can't have been written to just now.
            let cache = PackedCache(folder: folder + "/cache") { Date() + 60 }
            func packed() throws -> String {
                let listing = try ImageListing(root: folder + "/data", isTable: false, testFraction: nil)
                return try cache.images(of: listing, resizing: resizing, channels: 1) { _ in }.path
            }
            func bytes(_ value: UInt8) -> [UInt8] { Array("P5 5 4 255\n".utf8) + Array(repeating: value, count: 20) }
            try pictures.write("train/cat/0.pgm", bytes: bytes(7))
            let first = try packed()
            let made = try FileManager.default.attributesOfItem(atPath: first)
            let path = folder + "/data/train/cat/0.pgm"
            let times = try FileManager.default.attributesOfItem(atPath: path)
            // Other times, the same bytes: the file is read again, but not decoded again.
            try FileManager.default.setAttributes([.modificationDate: Date() - 1_000], ofItemAtPath: path)
            #expect(try packed() == first)
            #expect(try contents(of: folder + "/cache", ending: ".note").count == 2)
            let again = try FileManager.default.attributesOfItem(atPath: first)
            #expect(again[.systemFileNumber] as? Int == made[.systemFileNumber] as? Int)
            // The same length and times, other bytes.
            try pictures.write("train/cat/0.pgm", bytes: bytes(99))
            try FileManager.default.setAttributes(
                [.modificationDate: try #require(times[.modificationDate] as? Date)],
                ofItemAtPath: path
            )
            let second = try packed()
            #expect(second != first)
            #expect(try PackedImages(path: second).dataset().training.bytes(of: 0) == Array(repeating: 99, count: 20))
        }
    }

    @Test func unchangedFilesAreNotReadAgain() throws {
        try withTemporaryFolder { folder in
            _ = try TemporaryPictures(root: folder + "/data", names: TemporaryPictures.trainAndTest)
            func packed(secondsFromNow: Double) throws -> String {
                let listing = try ImageListing(root: folder + "/data", isTable: false, testFraction: nil)
                let cache = PackedCache(folder: folder + "/cache") { Date() + secondsFromNow }
                return try cache.images(of: listing, resizing: resizing, channels: 1) { _ in }.path
            }
            // A file that was just written may be written to again within the same clock tick.
            let first = try packed(secondsFromNow: 0)
            #expect(try contents(of: folder + "/cache", ending: ".note").isEmpty)
            #expect(try packed(secondsFromNow: 60) == first)
            let note = try #require(try contents(of: folder + "/cache", ending: ".note").first)
            // A note is trusted: if it refers to other images, these are used.
            let other = first.replacing(/[0-9a-f]{32}-/, with: String(repeating: "0", count: 32) + "-")
            try FileManager.default.copyItem(atPath: first, toPath: other)
            try Data(String(repeating: "0", count: 32).utf8).write(to: URL(filePath: "\(folder)/cache/\(note)"))
            #expect(try packed(secondsFromNow: 60) == other)
        }
    }

    @Test func aPictureThatChangesDuringPackingIsNamedAndNothingIsSaved() throws {
        try withTemporaryFolder { folder in
            _ = try TemporaryPictures(root: folder + "/data", names: TemporaryPictures.trainAndTest)
            let listing = try ImageListing(root: folder + "/data", isTable: false, testFraction: nil)
            let path = folder + "/data/train/dog/deeper/3.png"
            let written = #expect(throws: DatasetError.self) {
                try PackedCache(folder: folder + "/cache").images(of: listing, resizing: resizing, channels: 1) { _ in
                    try? Data("changed".utf8).write(to: URL(filePath: path))
                }
            }
            #expect(written?.description.hasPrefix("\(path): changed while it was in use") == true)
            #expect(try contents(of: folder + "/cache", ending: "").allSatisfy { $0 == ".lock" })
        }
    }

    private func load(_ samples: [Int32], of dataset: ImageDataset, with loader: BatchLoader) throws {
        let buffer = AlignedBuffer(count: samples.count * dataset.shape.count)
        var labels = [Int32](repeating: 0, count: samples.count)
        labels.withUnsafeMutableBufferPointer {
            loader.load(samples[...], from: dataset.training, epoch: nil, into: buffer.slice, labels: $0)
        }
    }
}
