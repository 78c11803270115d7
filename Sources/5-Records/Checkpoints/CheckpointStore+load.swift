import Foundation

extension CheckpointStore {
    /// The largest file of weights that is read, in bytes: it is held twice, as bytes and as floats.
    private static let maximumWeightsByteCount = Int(clamping: ProcessInfo.processInfo.physicalMemory / 2)

    /// Loads the newest complete checkpoint: the one named in `latest`, or else the one with the highest step.
    ///
    /// - Parameter onRejected: Called with each newer checkpoint that isn't complete, and the reason.
    /// - Returns: The checkpoint; nil if there is none.
    /// - Throws: ``CheckpointError/noneUsable(path:reasons:)`` if there are checkpoints but none is complete;
    ///   ``CheckpointError/fileSystem(_:)`` if the folder can't be listed.
    package func newest(
        onRejected: (_ folder: String, _ reason: CheckpointError) -> Void = { _, _ in }
    ) throws(CheckpointError) -> LoadedCheckpoint? {
        let names: [String]
        do {
            names = try fileSystem.list(directory)
        } catch {
            if error.code == ENOENT { return nil }
            throw .fileSystem(error)
        }
        let writers = writers(among: names)
        var reasons: [String] = []
        for name in candidates(among: names, onRejected: onRejected) {
            do {
                let manifest = try Self.readManifest(inFolder: path(name), fileSystem: fileSystem)
                if let writer = writers.supersedes(manifest) {
                    // It isn't a checkpoint of this run, so it is no damage if there are no others.
                    onRejected(name, .superseded(path: path(name), writer: writer))
                    continue
                }
                return try Self.loadFolder(path(name), fileSystem: fileSystem)
            } catch {
                onRejected(name, error)
                reasons.append(error.description)
            }
        }
        if reasons.isEmpty { return nil }
        throw .noneUsable(path: directory, reasons: reasons)
    }

    /// Loads a checkpoint from a path given by the user.
    ///
    /// - Parameters:
    ///   - path: A checkpoint's folder, a run's folder or its `checkpoints` (the newest is loaded), `checkpoints/latest` or
    ///     `checkpoints/best`, or a file of weights (`model.safetensors`), which can be evaluated but not resumed from.
    ///   - fileSystem: The file system; the machine's own by default.
    ///   - onRejected: Called with each newer checkpoint in a run's folder that isn't complete, and the reason.
    /// - Returns: The checkpoint.
    /// - Throws: ``CheckpointError`` with the missing, truncated or damaged file, or that says that there is no
    ///   checkpoint.
    package static func load(
        _ path: String,
        fileSystem: any FileSystem = POSIXFileSystem(),
        onRejected: (_ folder: String, _ reason: CheckpointError) -> Void = { _, _ in }
    ) throws(CheckpointError) -> LoadedCheckpoint {
        let names: [String]
        do {
            names = try fileSystem.list(path)
        } catch {
            if error.code == ENOTDIR {
                guard let folder = try folder(namedBy: path, fileSystem: fileSystem) else {
                    return try loadWeights(path, fileSystem: fileSystem)
                }
                return try loadFolder(folder, fileSystem: fileSystem)
            }
            if error.code == ENOENT { throw .notACheckpoint(path: path, reason: "no such file or folder") }
            throw .fileSystem(error)
        }
        let fileNames = [
            CheckpointManifest.fileName, CheckpointManifest.modelFileName, CheckpointManifest.stateFileName,
        ]
        if names.contains(where: fileNames.contains) { return try loadFolder(path, fileSystem: fileSystem) }
        let directory = names.contains(folderName) ? "\(path)/\(folderName)" : path
        let store = CheckpointStore(directory: directory, fileSystem: fileSystem)
        guard let checkpoint = try store.newest(onRejected: onRejected) else {
            throw .notACheckpoint(path: path, reason: "the folder has none of a checkpoint's files")
        }
        return checkpoint
    }

    /// The path of the file that names a run's best checkpoint.
    ///
    /// - Parameters:
    ///   - run: The run's folder, or its `checkpoints`.
    ///   - fileSystem: The file system; the machine's own by default.
    /// - Returns: The path of `best`, as `load` takes it.
    /// - Throws: ``CheckpointError/notACheckpoint(path:reason:)`` if there is none.
    package static func pathOfBest(
        in run: String,
        fileSystem: any FileSystem = POSIXFileSystem()
    ) throws(CheckpointError) -> String {
        for path in ["\(run)/\(folderName)/\(bestName)", "\(run)/\(bestName)"] {
            if (try? fileSystem.byteCount(path)) != nil { return path }
        }
        throw .notACheckpoint(
            path: "\(run)/\(folderName)/\(bestName)",
            reason: "none of the run's checkpoints was evaluated, or checkpoint.keepBest is 0"
        )
    }

    /// The folder that the file `latest` or `best` names; nil for other files.
    private static func folder(
        namedBy path: String,
        fileSystem: any FileSystem
    ) throws(CheckpointError) -> String? {
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        guard [latestName, bestName].contains(name) else { return nil }
        let bytes = try readFile(path, maximumByteCount: 64, fileSystem: fileSystem)
        return try String(path.dropLast(name.count)) + decodeLatest(bytes, path: path)
    }

    /// Loads one folder and checks lengths, digests and formats.
    static func loadFolder(_ path: String, fileSystem: any FileSystem) throws(CheckpointError) -> LoadedCheckpoint {
        let manifest = try readManifest(inFolder: path, fileSystem: fileSystem)
        let modelPath = "\(path)/\(CheckpointManifest.modelFileName)"
        let statePath = "\(path)/\(CheckpointManifest.stateFileName)"
        let modelBytes = try verifiedBytes(modelPath, manifest.files.model, fileSystem: fileSystem)
        let model = try Safetensors.decode(modelBytes, path: modelPath)
        let stateBytes = try verifiedBytes(statePath, manifest.files.state, fileSystem: fileSystem)
        let state = try Safetensors.decode(stateBytes, path: statePath)
        return LoadedCheckpoint(
            path: path,
            weightsSHA256: manifest.files.model.sha256,
            model: model.tensors,
            resumePoint: .init(manifest: manifest, state: state.tensors, counters: state.metadata)
        )
    }

    static func readManifest(
        inFolder folder: String,
        fileSystem: any FileSystem
    ) throws(CheckpointError) -> CheckpointManifest {
        let path = "\(folder)/\(CheckpointManifest.fileName)"
        let bytes = try readFile(path, maximumByteCount: CheckpointManifest.maximumByteCount, fileSystem: fileSystem)
        return try CheckpointManifest(decoding: bytes, path: path)
    }

    /// The folders to try, in this order: the one named in `latest`, then by step, with a replaced one after its
    /// successor.
    private func candidates(
        among names: [String],
        onRejected: (_ folder: String, _ reason: CheckpointError) -> Void
    ) -> [String] {
        let steps = names.compactMap { name -> (name: String, step: Int, isReplaced: Bool)? in
            let isReplaced = name.hasPrefix(Self.replacedPrefix)
            let step = Self.step(ofFolder: isReplaced ? String(name.dropFirst(Self.replacedPrefix.count)) : name)
            return step.map { (name, $0, isReplaced) }
        }
        let sorted = steps.sorted { ($0.step, $1.isReplaced ? 1 : 0) > ($1.step, $0.isReplaced ? 1 : 0) }.map(\.name)
        guard names.contains(Self.latestName) else { return sorted }
        do {
            let latest = try readPointer(path(Self.latestName))
            return [latest] + sorted.filter { $0 != latest }
        } catch {
            onRejected(Self.latestName, error)
            return sorted
        }
    }

    /// The name in `latest` or `best`.
    func readPointer(_ path: String) throws(CheckpointError) -> String {
        let bytes = try Self.readFile(path, maximumByteCount: 64, fileSystem: fileSystem)
        return try Self.decodeLatest(bytes, path: path)
    }

    /// Decodes `latest` or `best`: the name of one folder, never a path to another place.
    package static func decodeLatest(_ bytes: [UInt8], path: String) throws(CheckpointError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self), text.last == "\n",
            step(ofFolder: String(text.dropLast())) != nil
        else { throw .malformed(path: path, problem: "the name of a checkpoint's folder expected") }
        return String(text.dropLast())
    }

    private static func loadWeights(
        _ path: String,
        fileSystem: any FileSystem
    ) throws(CheckpointError) -> LoadedCheckpoint {
        let bytes =
            if let record = try recordBeside(path, fileSystem: fileSystem) {
                try verifiedBytes(path, record, fileSystem: fileSystem)
            } else {
                try readWeights(path, fileSystem: fileSystem)
            }
        let model = try Safetensors.decode(bytes, path: path).tensors
        return LoadedCheckpoint(path: path, weightsSHA256: hexadecimalSHA256(bytes), model: model, resumePoint: nil)
    }

    /// The record of a file of weights in the manifest in the same folder; nil if there is none.
    private static func recordBeside(
        _ path: String,
        fileSystem: any FileSystem
    ) throws(CheckpointError) -> CheckpointManifest.FileRecord? {
        let name = path.split(separator: "/").last ?? ""
        guard name == CheckpointManifest.modelFileName else { return nil }
        let folder = path.contains("/") ? String(path.dropLast(name.count)) : "."
        do {
            return try readManifest(inFolder: folder, fileSystem: fileSystem).files.model
        } catch .missingFile {
            return nil
        }
    }

    private static func verifiedBytes(
        _ path: String,
        _ record: CheckpointManifest.FileRecord,
        fileSystem: any FileSystem
    ) throws(CheckpointError) -> [UInt8] {
        let found = try byteCount(path, fileSystem: fileSystem)
        guard found == record.bytes else {
            throw .wrongByteCount(path: path, expected: record.bytes, found: found)
        }
        let bytes = try readFile(path, maximumByteCount: maximumWeightsByteCount, fileSystem: fileSystem)
        let digest = hexadecimalSHA256(bytes)
        guard digest == record.sha256 else {
            throw .wrongDigest(path: path, expected: record.sha256, found: digest)
        }
        return bytes
    }

    /// Reads a safetensors file completely, after checking that its header fits its length.
    private static func readWeights(_ path: String, fileSystem: any FileSystem) throws(CheckpointError) -> [UInt8] {
        try Safetensors.checkBeginning(fileByteCount: byteCount(path, fileSystem: fileSystem), path: path) {
            byteCount throws(CheckpointError) in
            do throws(FileSystemError) {
                return try fileSystem.read(path, byteCount: byteCount)
            } catch {
                throw .fileSystem(error)
            }
        }
        return try readFile(path, maximumByteCount: maximumWeightsByteCount, fileSystem: fileSystem)
    }

    private static func byteCount(_ path: String, fileSystem: any FileSystem) throws(CheckpointError) -> Int {
        do {
            return try fileSystem.byteCount(path)
        } catch {
            throw error.code == ENOENT ? .missingFile(path: path) : .fileSystem(error)
        }
    }

    private static func readFile(
        _ path: String,
        maximumByteCount: Int,
        fileSystem: any FileSystem
    ) throws(CheckpointError) -> [UInt8] {
        let byteCount = try byteCount(path, fileSystem: fileSystem)
        guard byteCount <= maximumByteCount else {
            throw .malformed(path: path, problem: "\(byteCount) bytes found, at most \(maximumByteCount) allowed")
        }
        do {
            return try fileSystem.read(path, byteCount: byteCount)
        } catch {
            throw .fileSystem(error)
        }
    }

    /// The name of a checkpoint's network: that of the run's folder, or of a file of weights elsewhere.
    ///
    /// - Parameter path: A run's folder, a checkpoint in it, its file of weights, or a file from elsewhere.
    /// - Returns: `cnn` for `runs/cnn/checkpoints/step-00000200`, `mine` for `mine.safetensors`.
    package static func networkName(ofCheckpoint path: String) -> String {
        let components = URL(fileURLWithPath: path).standardizedFileURL.pathComponents
        let ofStore = [CheckpointManifest.modelFileName, folderName, latestName, bestName, "/"]
        let name = components.last { !$0.hasPrefix(folderPrefix) && !ofStore.contains($0) } ?? "network"
        return name.hasSuffix(".safetensors") ? String(name.dropLast(".safetensors".count)) : name
    }
}
