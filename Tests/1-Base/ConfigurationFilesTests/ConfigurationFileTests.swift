import ConfigurationFiles
import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) final class ConfigurationFileTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "configuration-\(UUID())")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    private func write(_ path: String, _ bytes: Data = Data("network: {layers: [relu]}".utf8)) throws -> String {
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try bytes.write(to: file)
        return file.path
    }

    @Test func pathsAreFoundWithAndWithoutExtension() throws {
        let path = try write("net.yaml")
        #expect(try ConfigurationFile.locate(path) == path)
        #expect(try ConfigurationFile.locate(String(path.dropLast(5))) == path)
        #expect(try Configuration.load(path: path).run.directory == "runs/net")
    }

    @Test(arguments: [
        (".build/release/program", "Configs/only-here.yaml"),
        (".build-other/x86_64/release/program", "Configs/only-here.yaml"),
        ("bin/program", "share/swift-dp-train/Configs/only-here.yaml"),
    ])
    func configsBesideTheProgramAreFound(program: String, file: String) throws {
        let path = try write(file)
        let executable = folder.appending(path: program)
        #expect(try ConfigurationFile.locate("only-here.yaml", executable: executable) == path)
        #expect(try ConfigurationFile.locate("only-here", executable: executable) == path)
    }

    @Test func aMissingFileErrorListsThePlacesSearched() {
        let error = #expect(throws: ConfigurationError.self) { try Configuration.load(path: "no-such") }
        #expect(
            error?.description.hasPrefix(
                "no-such: no such configuration file; looked for no-such, no-such.yaml, Configs/no-such, "
            ) == true
        )
    }

    @Test func foldersAreNotFiles() {
        let error = #expect(throws: ConfigurationError.self) { try Configuration.load(path: folder.path) }
        #expect(error?.description == "\(folder.path): is a folder; give a YAML file")
    }

    @Test func anEmptyPathIsAnError() {
        let error = #expect(throws: ConfigurationError.self) { try Configuration.load(path: "") }
        #expect(error?.problem == "its path is empty")
    }

    @Test func otherEncodingsNameTheLine() throws {
        let path = try write("latin1.yaml", Data("a: 1\nb: caf".utf8) + [0xE9, 0x0A])
        let error = #expect(throws: ConfigurationError.self) { try Configuration.load(path: path) }
        #expect(error?.line == 2)
        #expect(error?.problem == "isn't UTF-8 text")
    }

    @Test(arguments: [(1 << 20, "is empty"), (1 << 20 + 1, "is larger than 1 MiB")])
    func filesOverOneMebibyteAreRefused(byteCount: Int, problem: String) throws {
        let path = try write("large.yaml", Data(repeating: UInt8(ascii: "#"), count: byteCount))
        let error = #expect(throws: ConfigurationError.self) { try Configuration.load(path: path) }
        #expect(error?.problem == problem)
    }
}
