import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct UserDatasetTests {
    @Test func imagesOfIDXFilesAreReadWithTheirLabels() throws {
        try withTemporaryFolder { folder in
            try writeIDX(folder)
            let dataset = try IDXDataset(folder: folder).read()
            #expect(dataset.shape == ImageShape(channels: 1, height: 2, width: 3))
            #expect(dataset.classNames == ["0", "1", "2"])
            #expect(dataset.training.labels == [2, 0, 1])
            #expect(dataset.training.bytes(of: 1) == [6, 7, 8, 9, 10, 11])
            try Data("a\nb \"c\"\n<d>\n".utf8).write(to: URL(filePath: folder + "/classes.txt"))
            #expect(try IDXDataset(folder: folder).read().classNames == ["a", "b \"c\"", "<d>"])
            let published = try IDXDataset(.mnist, root: folder).read()
            #expect(published.classNames.count == 10 && published.normalization.mean == [0.1307])
        }
    }

    @Test func anErrorAboutAMissingPublishedSetSaysHowToFetchIt() {
        for (name, read) in [
            ("mnist", { try IDXDataset(.mnist, root: "/nowhere").read() }),
            ("fashionMNIST", { try IDXDataset(.fashionMNIST, root: "/nowhere").read() }),
            ("svhn", { try SVHNReader(root: "/nowhere").read() }),
            ("cifar100", { try CIFAR100Reader(root: "/nowhere", labels: .fine).read() }),
        ] as [(String, () throws -> ImageDataset)] {
            let error = #expect(throws: DatasetError.self) { try read() }
            #expect(error?.description.contains("swift-dp-train data fetch \(name)") == true)
            #expect(error?.description.contains("/nowhere") == true)
        }
    }

    @Test func arraysAreReadInEachLayout() throws {
        try withTemporaryFolder { folder in
            let values = (0..<24).map { UInt8($0) }
            try writeArrays(folder, samples: values, shape: [2, 3, 2, 2])
            let planar = try ArrayDataset(root: folder, layout: nil).read()
            #expect(planar.shape == ImageShape(channels: 3, height: 2, width: 2))
            #expect(planar.training.bytes(of: 1) == Array(values[12...]))
            try writeArrays(folder, samples: values, shape: [2, 2, 2, 3])
            let interleaved = try ArrayDataset(root: folder, layout: .NHWC).read()
            #expect(interleaved.training.bytes(of: 0) == [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11])
            try writeArrays(folder, samples: values, shape: [2, 12])
            #expect(try ArrayDataset(root: folder, layout: nil).read().shape.channels == 12)
            try writeArrays(folder, samples: values, shape: [2, 3, 4])
            #expect(try ArrayDataset(root: folder, layout: nil).read().shape.width == 4)
            #expect(try ArrayDataset(root: folder, layout: .NHW).read().shape.height == 3)
            #expect(throws: DatasetError.self) { try ArrayDataset(root: folder, layout: .NCHW).read() }
        }
    }

    @Test func floatsAreLoadedUnscaledAndMustBeFinite() throws {
        try withTemporaryFolder { folder in
            let values: [Float] = [0.5, -2, 3, 1e6, 0, 7, 8, 9]
            try writeArrays(folder, samples: values, kind: "<f4", shape: [2, 1, 2, 2])
            let dataset = try ArrayDataset(root: folder, layout: nil).read()
                .normalized(by: Normalization(mean: [1], standardDeviation: [2]))
            let loader = try BatchLoader(dataset: dataset, augmentation: .none, seed: 0)
            let buffer = AlignedBuffer(count: 8)
            var labels: [Int32] = [9, 9]
            labels.withUnsafeMutableBufferPointer {
                loader.load([1, 0], from: dataset.training, epoch: 0, into: buffer.slice, labels: $0)
            }
            #expect(buffer.slice.array == [-0.5, 3, 3.5, 4, -0.25, -1.5, 1, 499_999.5])
            #expect(labels == [1, 0])
            try writeArrays(folder, samples: [1, 2, 3, 4, 5, .nan, 7, 8] as [Float], kind: "<f4", shape: [2, 1, 2, 2])
            let error = #expect(throws: DatasetError.self) { try ArrayDataset(root: folder, layout: nil).read() }
            #expect(error?.description.contains("x_train.npy: sample 1 holds nan") == true)
        }
    }

    @Test func labelsOutOfRangeAreNamed() throws {
        try withTemporaryFolder { folder in
            try writeArrays(folder, samples: [UInt8](repeating: 0, count: 8), shape: [2, 4], labels: [0, -1])
            let negative = #expect(throws: DatasetError.self) { try ArrayDataset(root: folder, layout: nil).read() }
            #expect(negative?.description.contains("y_train.npy: record 1 has label -1") == true)
            try writeArrays(folder, samples: [UInt8](repeating: 0, count: 8), shape: [2, 4], labels: [0, 65_536])
            #expect(throws: DatasetError.self) { try ArrayDataset(root: folder, layout: nil).read() }
            try writeArrays(folder, samples: [UInt8](repeating: 0, count: 8), shape: [2, 4], labels: [0, 300])
            #expect(try ArrayDataset(root: folder, layout: nil).read().classNames.count == 301)
        }
    }

    /// The data set that all ranks of a machine map is equal to the one that each would read by itself.
    @Test func arraysAreSharedThroughOneFileWithTheSameValues() throws {
        try withTemporaryFolder { folder in
            let cache = PackedCache(folder: folder + "/cache")
            func expectShared(_ source: some ArraySource) throws {
                let read = try source.read()
                let shared = try source.shared(in: cache) { _ in }
                #expect(shared.name == read.name && shared.classNames == read.classNames)
                #expect(shared.shape == read.shape && shared.maximumPixelValue == read.maximumPixelValue)
                #expect(shared.normalization == read.normalization)
                #expect(shared.computedNormalization() == read.computedNormalization())
                for (one, other) in [(shared.training, read.training), (shared.test, read.test)] {
                    #expect(one.labels == other.labels && one.pixels == other.pixels && one.element == other.element)
                }
                try shared.checkReads()
                #expect(try shared.testNames() == nil)
            }
            try writeIDX(folder)
            try expectShared(IDXDataset(folder: folder))
            try expectShared(IDXDataset(.mnist, root: folder))
            try writeArrays(folder, samples: (0..<24).map { UInt8($0) }, shape: [2, 2, 2, 3])
            try expectShared(ArrayDataset(root: folder, layout: nil))
            try expectShared(ArrayDataset(root: folder, layout: .NHWC))
            try writeArrays(
                folder,
                samples: [0.5, -2, 3, 1e6, 0, 7, 8, 9] as [Float],
                kind: "<f4",
                shape: [2, 1, 2, 2]
            )
            try expectShared(ArrayDataset(root: folder, layout: nil))
            let files = try FileManager.default.contentsOfDirectory(atPath: folder + "/cache")
            #expect(files.filter { $0.hasSuffix(".images") }.count == 5)
            #expect(throws: DatasetError.self) { try SVHNReader(root: folder).shared(in: cache) { _ in } }
        }
    }

    @Test func cifar100HasFineAndCoarseLabels() throws {
        try withTemporaryFolder { root in
            let folder = root + "/cifar-100-binary"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let record = { (coarse: UInt8, fine: UInt8) in [coarse, fine] + Array(repeating: fine, count: 3_072) }
            try Data(record(3, 77) + record(19, 99)).write(to: URL(filePath: folder + "/train.bin"))
            try Data(record(0, 5)).write(to: URL(filePath: folder + "/test.bin"))
            for (kind, count) in [("fine", 100), ("coarse", 20)] {
                let names = (0..<count).map { "\(kind) \($0)\n" }.joined()
                try Data(names.utf8).write(to: URL(filePath: folder + "/\(kind)_label_names.txt"))
            }
            let fine = try CIFAR100Reader(root: root, labels: .fine, counts: (2, 1)).read()
            #expect(fine.training.labels == [77, 99] && fine.test.labels == [5])
            #expect(fine.classNames[77] == "fine 77")
            #expect(fine.training.bytes(of: 1) == Array(repeating: 99, count: 3_072))
            let coarse = try CIFAR100Reader(root: root, labels: .coarse, counts: (2, 1)).read()
            #expect(coarse.training.labels == [3, 19] && coarse.classNames.count == 20)
        }
    }

    @Test func validationIsAFixedPartOfEachClass() throws {
        let labels = (0..<100).map { UInt8($0 % 4) }
        let shape = ImageShape(channels: 1, height: 1, width: 2)
        let pixels = (0..<200).map { UInt8($0) }
        let set = ImageSet(shape: shape, pixels: pixels, labels: labels)
        let dataset = ImageDataset(
            name: "made",
            classNames: ["a", "b", "c", "d"],
            maximumPixelValue: 255,
            normalization: Normalization(mean: [0], standardDeviation: [1]),
            training: set,
            test: set
        )
        let apart = try dataset.settingApart(validationFraction: 0.2)
        let validation = try #require(apart.validation)
        #expect(apart.training.classCounts(classCount: 4) == [20, 20, 20, 20])
        #expect(validation.classCounts(classCount: 4) == [5, 5, 5, 5])
        let images = (0..<80).map(apart.training.bytes) + (0..<20).map(validation.bytes)
        #expect(Set(images) == Set((0..<100).map(set.bytes)))
        #expect(apart.evaluated.count == 100)
        #expect(apart.evaluatedOnValidation().evaluated.count == 20)
        #expect(try dataset.settingApart(validationFraction: 0.2).digest() == apart.digest())
        #expect(throws: DatasetError.self) { try dataset.settingApart(validationFraction: 0.001) }
    }

    // MARK: Files

    private func writeIDX(_ folder: String) throws {
        func write(_ name: String, _ header: [UInt8], _ bytes: [UInt8]) throws {
            try Data(header + bytes).write(to: URL(filePath: "\(folder)/\(name)"))
        }
        let labels: (Int) -> [UInt8] = { [0, 0, 8, 1, 0, 0, 0, UInt8($0)] }
        let images: (Int) -> [UInt8] = { [0, 0, 8, 3, 0, 0, 0, UInt8($0), 0, 0, 0, 2, 0, 0, 0, 3] }
        try write("train-images-idx3-ubyte", images(3), (0..<18).map { UInt8($0) })
        try write("train-labels-idx1-ubyte", labels(3), [2, 0, 1])
        try write("t10k-images-idx3-ubyte", images(1), (0..<6).map { UInt8($0) })
        try write("t10k-labels-idx1-ubyte", labels(1), [1])
    }

    /// Writes the same arrays for training and for test.
    private func writeArrays<Value>(
        _ folder: String,
        samples: [Value],
        kind: String = "|u1",
        shape: [Int],
        labels: [Int64] = [0, 1]
    ) throws {
        for part in ["train", "test"] {
            let bytes = samples.withUnsafeBytes { Array($0) }
            try array(bytes, kind: kind, shape: shape).write(to: URL(filePath: "\(folder)/x_\(part).npy"))
            let labelBytes = labels.withUnsafeBytes { Array($0) }
            try array(labelBytes, kind: "<i8", shape: [labels.count])
                .write(to: URL(filePath: "\(folder)/y_\(part).npy"))
        }
    }

    private func array(_ bytes: [UInt8], kind: String, shape: [Int]) -> Data {
        let extents = shape.map { "\($0), " }.joined()
        let text = Array("{'descr': '\(kind)', 'fortran_order': False, 'shape': (\(extents)), }\n".utf8)
        return Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count), 0] + text + bytes)
    }
}
