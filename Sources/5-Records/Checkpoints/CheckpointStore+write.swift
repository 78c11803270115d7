#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension CheckpointStore {
    /// The number of bytes in one call of the file system.
    private static let partByteCount = 1 << 20

    /// Writes a checkpoint so that after an interruption at any moment the previous or the new one is complete.
    ///
    /// Files are written to a temporary folder and synchronized, their folder is renamed, `latest` is replaced, and
    /// only then are older checkpoints removed. A step that already exists with the same content is left unchanged.
    ///
    /// - Parameter snapshot: The state of training.
    /// - Returns: The checkpoint's folder, and the weights' digest.
    /// - Throws: ``CheckpointError/fileSystem(_:)``; earlier checkpoints are still complete then.
    ///   ``CheckpointError/superseded(path:writer:)`` if another process has begun to write since.
    package func write(_ snapshot: CheckpointSnapshot) throws(CheckpointError) -> WrittenCheckpoint {
        let files = EncodedCheckpoint(snapshot, writer: writer)
        let name = Self.folderName(step: snapshot.step)
        try CheckpointError.catching { () throws(FileSystemError) in try createDirectory() }
        try requireNewestWriter()
        removeStaleWork()
        do {
            if !isWhole(name, as: files.manifest) { try publish(files, as: name) }
            try CheckpointError.catching { () throws(FileSystemError) in try move(Self.latestName, to: name) }
            if snapshot.metric != nil { try moveBest(upTo: snapshot.step) }
            try requireNewestWriter()
        } catch {
            removeStaleWork()
            throw error
        }
        return WrittenCheckpoint(
            folder: name,
            step: snapshot.step,
            weightsSHA256: files.manifest.files.model.sha256,
            removalFailure: removeSuperseded(by: snapshot.step)
        )
    }

    func createDirectory() throws(FileSystemError) {
        do {
            try fileSystem.createFolder(directory)
        } catch {
            if error.code == EEXIST { return }
            throw error
        }
        try fileSystem.synchronizeFolder(Self.parent(of: directory))
    }

    /// Whether a step's folder has exactly the content that would be written.
    private func isWhole(_ name: String, as manifest: CheckpointManifest) -> Bool {
        let checkpoint = try? Self.loadFolder(path(name), fileSystem: fileSystem)
        return checkpoint?.resumePoint?.manifest.describesSame(as: manifest) == true
    }

    private func publish(_ files: EncodedCheckpoint, as name: String) throws(CheckpointError) {
        let temporary = path(temporaryName(name))
        try CheckpointError.catching { () throws(FileSystemError) in
            try fileSystem.createFolder(temporary)
            for (file, bytes) in files.contents { try writeFile("\(temporary)/\(file)", bytes) }
            try fileSystem.synchronizeFolder(temporary)
        }
        // Writing takes long, so another writer may have begun.
        try requireNewestWriter()
        try CheckpointError.catching { () throws(FileSystemError) in
            if try fileSystem.list(directory).contains(name) { try setAside(name) }
            try fileSystem.rename(temporary, to: path(name))
            try fileSystem.synchronizeFolder(directory)
        }
    }

    /// Renames the checkpoint of a step that is written again; it stays readable until the new one is in place.
    private func setAside(_ name: String) throws(FileSystemError) {
        let replaced = Self.replacedPrefix + name
        if try fileSystem.list(directory).contains(replaced) { try removeCheckpoint(replaced) }
        try fileSystem.rename(path(name), to: path(replaced))
    }

    /// Makes `latest` or `best` name another checkpoint.
    private func move(_ pointer: String, to name: String) throws(FileSystemError) {
        let temporary = path(temporaryName(pointer))
        try writeFile(temporary, Array("\(name)\n".utf8))
        try fileSystem.rename(temporary, to: path(pointer))
        try fileSystem.synchronizeFolder(directory)
    }

    /// Updates `best` before its checkpoint is removed.
    private func moveBest(upTo step: Int) throws(CheckpointError) {
        try CheckpointError.catching { () throws(FileSystemError) in
            let steps = try fileSystem.list(directory).compactMap(Self.step(ofFolder:)).filter { $0 <= step }
            guard let best = bestSteps(of: steps).first else { return }
            let name = Self.folderName(step: best)
            if (try? readPointer(path(Self.bestName))) != name { try move(Self.bestName, to: name) }
        }
    }

    func writeFile(_ path: String, _ bytes: [UInt8]) throws(FileSystemError) {
        let file = try fileSystem.createFile(path)
        do {
            for start in stride(from: 0, to: bytes.count, by: Self.partByteCount) {
                try fileSystem.write(bytes[start..<min(start + Self.partByteCount, bytes.count)], to: file)
            }
            try fileSystem.synchronize(file)
        } catch {
            try? fileSystem.close(file)
            throw error
        }
        try fileSystem.close(file)
    }

    /// The folder that contains a path.
    private static func parent(of path: String) -> String {
        var parent = path[...]
        while parent.count > 1 && parent.last == "/" { parent.removeLast() }
        guard let slash = parent.lastIndex(of: "/") else { return "." }
        return slash == parent.startIndex ? "/" : String(parent[..<slash])
    }
}

/// The files of a checkpoint before they are written.
private struct EncodedCheckpoint {
    let manifest: CheckpointManifest
    /// Names and bytes.
    let contents: [(file: String, bytes: [UInt8])]

    init(_ snapshot: CheckpointSnapshot, writer: Int) {
        // Python's readers look for this key. Nothing else is added, so that the bytes depend on the weights only.
        let model = Safetensors.encode(snapshot.model, metadata: ["format": "pt"])
        let state = Safetensors.encode(snapshot.state, metadata: snapshot.counters)
        manifest = CheckpointManifest(snapshot, writer: writer, model: model, state: state)
        contents = [
            (CheckpointManifest.modelFileName, model), (CheckpointManifest.stateFileName, state),
            (CheckpointManifest.fileName, manifest.encoded()),
        ]
    }
}
