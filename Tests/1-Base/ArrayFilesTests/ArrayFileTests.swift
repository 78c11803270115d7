import ArrayFiles
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ArrayFileTests {
    @Test(arguments: NumberArray.Element.allCases)
    func readsEveryNumberTypeOfNumPy(element: NumberArray.Element) throws {
        let array = try NPYFile.read(ArrayFixtures.path("\(element).npy"))
        #expect(array.element == element)
        #expect(array.shape == [2, 3, 4])
        let numbers = ArrayFixtures.numbers(24)
        switch element {
        case .float32, .float64: #expect(array.floats() == numbers.map { Float($0) / 2 })
        case .int8: #expect(try array.integers() == numbers.map { Int(Int8(truncatingIfNeeded: $0)) })
        default: #expect(try array.integers() == numbers)
        }
    }

    @Test func fractionsAreNotIntegers() throws {
        let array = try NPYFile.read(ArrayFixtures.path("float32.npy"))
        #expect(throws: ArrayFileError.self) { try array.integers() }
    }

    @Test func recognizesColumnMajorOrder() throws {
        let array = try NPYFile.read(ArrayFixtures.path("columns.npy"))
        #expect(array.isColumnMajor)
        #expect(try array.integers() == [3, 24, 10, 31, 17, 38])
    }

    @Test(arguments: ["stored.npz", "deflated.npz"])
    func readsArraysFromAnNPZFile(name: String) throws {
        let file = try NPZFile(path: ArrayFixtures.path(name))
        #expect(file.names == ["x_train", "y_train"])
        #expect(try file.array(named: "x_train").integers() == ArrayFixtures.numbers(16))
        #expect(try file.array(named: "y_train").integers() == [0, 1, 2, 0])
        let error = #expect(throws: ArrayFileError.self) { try file.array(named: "x_test") }
        #expect(error?.description.contains("x_train, y_train") == true)
    }

    @Test func aChangedByteInAZipFileIsFoundByItsChecksum() throws {
        var bytes = try ArrayFixtures.bytes("stored.npz")
        let names = try NPZFile(path: ArrayFixtures.path("stored.npz")).names
        let name = try #require(names.first)
        let numbers = try NPZFile(path: ArrayFixtures.path("stored.npz")).array(named: name).bytes
        let place = try #require(bytes.firstRange(of: numbers))
        bytes[place.lowerBound] ^= 1
        try withTemporaryFolder { folder in
            try Data(bytes).write(to: URL(filePath: "\(folder)/changed.npz"))
            let file = try NPZFile(path: "\(folder)/changed.npz")
            let error = #expect(throws: ArrayFileError.self) { try file.array(named: name) }
            #expect(error?.description.contains("changed.npz: damaged: its bytes don't match their checksum") == true)
        }
    }

    @Test(arguments: ["images-idx3-ubyte", "images-idx3-ubyte.gz"])
    func readsIDXWithGzipAndWithout(name: String) throws {
        let array = try IDXFile.read(ArrayFixtures.path(name))
        #expect(array.shape == [5, 3, 2])
        #expect(try array.integers() == ArrayFixtures.numbers(30))
    }

    @Test func readsIDXFilesWithWiderNumbers() throws {
        let array = try IDXFile.read(ArrayFixtures.path("numbers-idx1-int.gz"))
        #expect(array.element == .int32)
        #expect(try array.integers() == ArrayFixtures.numbers(5))
    }

    /// The first dimension varies fastest: element [i, j, k, l] is at i + 2j + 6k + 18l.
    @Test(arguments: ["plain.mat", "compressed.mat"])
    func readsVariablesOfMATLABFiles(name: String) throws {
        let arrays = try MATFile(path: ArrayFixtures.path(name)).arrays(named: ["X", "y"])
        let images = try #require(arrays["X"])
        #expect(images.shape == [2, 3, 3, 4])
        #expect(images.isColumnMajor)
        // 1 + 2·2 + 6·1 + 18·3 = 65 for [1, 2, 1, 3], whose row-major index is ((1·3 + 2)·3 + 1)·4 + 3 = 67.
        #expect(Int(images.bytes[65]) == ArrayFixtures.numbers(72)[67])
        #expect(try arrays["y"]?.integers() == [10, 1, 2, 9])
        #expect(throws: ArrayFileError.self) {
            try MATFile(path: ArrayFixtures.path(name)).arrays(named: ["z"])
        }
    }

    @Test func readsCommaSeparatedValues() throws {
        let text = "\u{FEFF}a,b\r\n\"x, \"\"y\"\"\nz\",2\n\n\"\",\nlast,1"
        let rows = try CSVFile.parse(Array(text.utf8), path: "a.csv")
        #expect(rows.map(\.fields) == [["a", "b"], ["x, \"y\"\nz", "2"], ["", ""], ["last", "1"]])
        #expect(rows.map(\.line) == [1, 2, 5, 6])
        #expect(throws: ArrayFileError.self) { try CSVFile.parse(Array("a,\"b".utf8), path: "a.csv") }
        #expect(throws: ArrayFileError.self) { try CSVFile.parse([0xFF, 0xFE, 0x2C], path: "a.csv") }
    }

    @Test func aMissingFileIsNamed() {
        #expect(throws: ArrayFileError.missing(path: "/nowhere/a.npy")) { try NPYFile.read("/nowhere/a.npy") }
        #expect(throws: ArrayFileError.unreadable(path: "/dev/zero", reason: "not a regular file")) {
            try IDXFile.read("/dev/zero")
        }
    }

    /// 60 bytes that claim four thousand million images, uncompressed and in gzip.
    @Test(arguments: [[0, 0, 8, 3, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF] as [UInt8]])
    func aHeaderThatClaimsTooMuchIsRefusedBeforeMemoryIsAllocated(header: [UInt8]) throws {
        try withTemporaryFolder { folder in
            try Data(header + Array(repeating: 0, count: 44)).write(to: URL(filePath: folder + "/claim"))
            let error = #expect(throws: ArrayFileError.self) { try IDXFile.read(folder + "/claim") }
            #expect(error?.description.contains("claim") == true)
        }
    }

    /// A gzip file whose header promises 30 numbers, but which contains more: the rest isn't decompressed.
    @Test func bytesAfterTheEndOfAGzipFileAreRefused() throws {
        try withTemporaryFolder { folder in
            let member = try ArrayFixtures.bytes("images-idx3-ubyte.gz")
            try Data(member + member).write(to: URL(filePath: folder + "/two.gz"))
            #expect(throws: ArrayFileError.damaged(path: folder + "/two.gz", reason: "it goes on after its end")) {
                try IDXFile.read(folder + "/two.gz")
            }
        }
    }

    /// A compressed file could decompress to as much as its header says, but no machine has the memory.
    @Test func aDecompressionBombIsRefusedBeforeMemoryIsAllocated() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/bomb.gz"
            let member = try ArrayFixtures.bytes("images-idx3-ubyte.gz")
            let file = try #require(FileManager.default.createFile(atPath: path, contents: Data(member)) ? path : nil)
            // A sparse file of 1 TiB, which needs no disk space.
            try FileHandle(forWritingTo: URL(filePath: file)).truncate(atOffset: 1 << 40)
            let stream = try ByteStream(path: path)
            let error = #expect(throws: ArrayFileError.self) { try stream.read(1 << 42) }
            #expect(error?.description.hasPrefix("\(path): an array of 4398046511104 bytes found, at most ") == true)
        }
    }

    @Test(arguments: [
        "uint8.npy", "float64.npy", "stored.npz", "deflated.npz", "images-idx3-ubyte", "images-idx3-ubyte.gz",
        "plain.mat", "compressed.mat",
    ])
    func aTruncatedFileIsAnErrorThatNamesIt(name: String) throws {
        let bytes = try ArrayFixtures.bytes(name)
        try withTemporaryFolder { folder in
            let path = folder + "/" + name
            // MATLAB's last variable may lack up to seven bytes of padding.
            for length in stride(from: 0, to: bytes.count - 8, by: 9) {
                try Data(bytes[..<length]).write(to: URL(filePath: path))
                let error = #expect(throws: ArrayFileError.self) { try Self.read(path) }
                #expect(error?.description.contains(name) == true)
            }
        }
    }

    /// Every damaged file gives arrays or an error; reaching the end of the test shows that none crashes.
    @Test(.timeLimit(.minutes(10)))
    func fortyThousandDamagedFilesGiveNumbersOrAnError() throws {
        let names = [
            "uint8.npy", "float64.npy", "stored.npz", "deflated.npz", "images-idx3-ubyte", "images-idx3-ubyte.gz",
            "plain.mat", "compressed.mat",
        ]
        let files = try names.map(ArrayFixtures.bytes)
        var damages = DamagedInput(seed: 12)
        var (arrayCount, errorCount) = (0, 0)
        try withTemporaryFolder { folder in
            for input in 0..<40_000 {
                let kind = input % files.count
                let path = folder + "/" + names[kind]
                let bytes = damages.damage(files[kind], with: files[input / 7 % files.count])
                #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
                do {
                    arrayCount += try Self.read(path) >= 0 ? 1 : 0
                } catch let error as ArrayFileError {
                    errorCount += error.description.contains(names[kind]) ? 1 : 0
                }
            }
        }
        #expect(arrayCount + errorCount == 40_000)
        #expect(arrayCount > 1_000 && errorCount > 10_000)
    }

    @Test func tenThousandDamagedTablesGiveRowsOrAnErrorThatNamesTheFile() {
        let table = Array("path,label\n\"a, b.png\",cat\nc.png,dog\n\"x \"\"y\"\"\",\"two\nlines\"\n".utf8)
        var damages = DamagedInput(seed: 13)
        var (tableCount, errorCount) = (0, 0)
        for _ in 0..<10_000 {
            do throws(ArrayFileError) {
                let rows = try CSVFile.parse(damages.damage(table, with: table), path: "a.csv")
                tableCount += rows.allSatisfy { !$0.fields.isEmpty } ? 1 : 0
            } catch {
                errorCount += error.description.contains("a.csv") ? 1 : 0
            }
        }
        #expect(tableCount + errorCount == 10_000)
        #expect(tableCount > 1_000 && errorCount > 100, "\(tableCount) tables, \(errorCount) errors")
    }

    /// Reads the whole file, by its extension, and returns the number of elements.
    private static func read(_ path: String) throws -> Int {
        switch path.split(separator: ".").last {
        case "npy": return try NPYFile.read(path).count
        case "npz":
            let file = try NPZFile(path: path)
            return try file.names.reduce(0) { try $0 + file.array(named: $1).count }
        case "mat": return try MATFile(path: path).arrays(named: ["X", "y"]).values.reduce(0) { $0 + $1.count }
        default: return try IDXFile.read(path).count
        }
    }
}
