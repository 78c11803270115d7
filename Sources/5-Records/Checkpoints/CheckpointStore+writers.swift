#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Note [Fencing]: on a file system without locks between hosts, such as NFS, a process that was thought dead may still
// write. So each process that begins to write takes the next number, with a file that can be created only once, and
// writes to this file the step from which it continues. A checkpoint's manifest contains its writer's number. A
// checkpoint that an earlier writer publishes beyond that step doesn't belong to the run any more: readers ignore it,
// so that it is never taken for the newest one, however late it appears. The earlier writer stops as soon as it sees a
// higher number; it checks that before it publishes a checkpoint and before it removes one.
extension CheckpointStore {
    /// Begins to write, as the newest writer.
    ///
    /// - Parameter step: The step from which training continues; nil for a new run.
    /// - Returns: The store for this process's writes.
    /// - Throws: ``CheckpointError/fileSystem(_:)``.
    package func beginWriting(resumingAtStep step: Int?) throws(CheckpointError) -> CheckpointStore {
        var store = self
        try CheckpointError.catching { () throws(FileSystemError) in
            try createDirectory()
            var number = try fileSystem.list(directory).compactMap(Self.writer(ofFile:)).max() ?? 0
            repeat { number += 1 } while try !takeWriter(number, resumingAtStep: step)
            store.writer = number
        }
        return store
    }

    /// Begins to write as with `beginWriting(resumingAtStep:)`, and removes all existing checkpoints.
    ///
    /// - Returns: The store for this process's writes.
    /// - Throws: ``CheckpointError/fileSystem(_:)``.
    package func beginAnew() throws(CheckpointError) -> CheckpointStore {
        let store = try beginWriting(resumingAtStep: nil)
        try CheckpointError.catching { () throws(FileSystemError) in
            // The files with writers' numbers are kept, so that late writes of the former run are recognized.
            for name in try fileSystem.list(directory) where Self.writer(ofFile: name) == nil {
                try removeAll(path(name))
            }
        }
        return store
    }

    /// Removes a file, or a folder with its contents; of a link only the link itself.
    private func removeAll(_ path: String) throws(FileSystemError) {
        do {
            try fileSystem.remove(path)
        } catch {
            guard error.code == ENOTEMPTY || error.code == EEXIST else { throw error }
            for name in try fileSystem.list(path) { try removeAll("\(path)/\(name)") }
            try fileSystem.remove(path)
        }
    }

    /// The number of a process that began to write after this one; nil if there is none, or if it is unknown.
    package var newerWriter: Int? {
        let numbers = (try? fileSystem.list(directory))?.compactMap(Self.writer(ofFile:)) ?? []
        return numbers.max().flatMap { $0 > writer ? $0 : nil }
    }

    /// - Throws: ``CheckpointError/superseded(path:writer:)``.
    func requireNewestWriter() throws(CheckpointError) {
        if let newerWriter { throw .superseded(path: directory, writer: newerWriter) }
    }

    /// The temporary name that this writer uses.
    func temporaryName(_ name: String) -> String { "\(Self.temporaryPrefix)\(writer)-\(name)" }

    /// Whether this name was used by this writer or an earlier one.
    func isOldTemporary(_ name: String) -> Bool {
        guard name.hasPrefix(Self.temporaryPrefix) else { return false }
        let number = name.dropFirst(Self.temporaryPrefix.count).prefix { $0.isNumber }
        return Int(number) ?? 0 <= writer
    }

    /// The start of each writer.
    ///
    /// A writer whose start is missing hasn't written anything.
    func writers(among names: [String]) -> [WriterRecord] {
        names.compactMap(Self.writer(ofFile:)).compactMap { number in
            guard let bytes = try? fileSystem.read(path(Self.fileName(ofWriter: number)), byteCount: 32),
                let text = String(validating: bytes, as: UTF8.self), text.last == "\n",
                let step = Int(text.dropLast())
            else { return nil }
            return WriterRecord(number: number, startStep: step)
        }
    }

    /// - Returns: Whether the number was free.
    private func takeWriter(_ number: Int, resumingAtStep step: Int?) throws(FileSystemError) -> Bool {
        let path = path(Self.fileName(ofWriter: number))
        do {
            // After a start without a checkpoint, even the initial weights of earlier writers are ignored.
            try writeFile(path, Array("\(step ?? -1)\n".utf8))
        } catch {
            if error.code == EEXIST { return false }
            try? fileSystem.remove(path)
            throw error
        }
        try fileSystem.synchronizeFolder(directory)
        return true
    }

    private static func fileName(ofWriter number: Int) -> String { "\(writerPrefix)\(number)" }

    /// The number in a file's name; nil for other names.
    private static func writer(ofFile name: String) -> Int? {
        guard name.hasPrefix(writerPrefix), let number = Int(name.dropFirst(writerPrefix.count)), number > 0 else {
            return nil
        }
        return number
    }
}

/// A process that began to write checkpoints.
struct WriterRecord {
    /// Its number, from 1.
    let number: Int
    /// The step from which it continued; -1 for none.
    let startStep: Int
}

extension [WriterRecord] {
    /// The writer because of which a checkpoint doesn't belong to the run: an earlier writer published it beyond the
    /// start of that one.
    func supersedes(_ manifest: CheckpointManifest) -> Int? {
        first { $0.number > (manifest.writer ?? 0) && manifest.step > $0.startStep }?.number
    }
}
