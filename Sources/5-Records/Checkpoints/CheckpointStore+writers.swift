#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Note [Fencing]: on a file system without locks between hosts, such as NFS, a process that was taken for dead may still
// write. So each process that begins to write takes the next number, by a file that can be created once only, and notes
// in it the step from which it goes on. A checkpoint's manifest has its writer's number. What an earlier writer
// published beyond that step is no checkpoint of the run any more: readers leave it out, so that it can't be taken for
// the run's newest however late it comes. The earlier writer itself stops as soon as it sees a greater number, and looks
// before it makes a checkpoint visible and before it removes one.
extension CheckpointStore {
    /// Begins to write, as the newest of all writers.
    ///
    /// - Parameter step: The step that training goes on from; nil where it starts.
    /// - Returns: The store for this process's writes.
    /// - Throws: ``CheckpointError/fileSystem(_:)``.
    public func beginWriting(resumingAtStep step: Int?) throws(CheckpointError) -> CheckpointStore {
        var store = self
        try CheckpointError.catching { () throws(FileSystemError) in
            try createDirectory()
            var number = try fileSystem.list(directory).compactMap(Self.writer(ofFile:)).max() ?? 0
            repeat { number += 1 } while try !takeWriter(number, resumingAtStep: step)
            store.writer = number
        }
        return store
    }

    /// Begins to write as `beginWriting(resumingAtStep:)` does, and removes all checkpoints that are there.
    ///
    /// - Returns: The store for this process's writes.
    /// - Throws: ``CheckpointError/fileSystem(_:)``.
    public func beginAnew() throws(CheckpointError) -> CheckpointStore {
        let store = try beginWriting(resumingAtStep: nil)
        try CheckpointError.catching { () throws(FileSystemError) in
            // The writers' numbers stay, so that one of the former run is known for what it is.
            for name in try fileSystem.list(directory) where Self.writer(ofFile: name) == nil {
                try removeAll(path(name))
            }
        }
        return store
    }

    /// Removes a file, or a folder with all that is in it; a link goes, not what it leads to.
    private func removeAll(_ path: String) throws(FileSystemError) {
        do {
            try fileSystem.remove(path)
        } catch {
            guard error.code == ENOTEMPTY || error.code == EEXIST else { throw error }
            for name in try fileSystem.list(path) { try removeAll("\(path)/\(name)") }
            try fileSystem.remove(path)
        }
    }

    /// The number of a process that has begun to write after this one; nil where there is none or nobody can tell.
    public var newerWriter: Int? {
        let numbers = (try? fileSystem.list(directory))?.compactMap(Self.writer(ofFile:)) ?? []
        return numbers.max().flatMap { $0 > writer ? $0 : nil }
    }

    /// - Throws: ``CheckpointError/superseded(path:writer:)``.
    func requireNewestWriter() throws(CheckpointError) {
        if let newerWriter { throw .superseded(path: directory, writer: newerWriter) }
    }

    /// The name under which this writer prepares something.
    func temporaryName(_ name: String) -> String { "\(Self.temporaryPrefix)\(writer)-\(name)" }

    /// Whether this writer or an earlier one prepared something under this name.
    func isOldTemporary(_ name: String) -> Bool {
        guard name.hasPrefix(Self.temporaryPrefix) else { return false }
        let number = name.dropFirst(Self.temporaryPrefix.count).prefix { $0.isNumber }
        return Int(number) ?? 0 <= writer
    }

    /// Where each writer began, as far as it has said so: one that hasn't has written nothing.
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
            // A start without a checkpoint leaves out even earlier writers' initial weights.
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

    /// The number that a file's name tells, nil for other names.
    private static func writer(ofFile name: String) -> Int? {
        guard name.hasPrefix(writerPrefix), let number = Int(name.dropFirst(writerPrefix.count)), number > 0 else {
            return nil
        }
        return number
    }
}

/// A process that began to write checkpoints.
struct WriterRecord {
    /// Its number among those that did, from 1.
    let number: Int
    /// The step that it went on from; -1 for none.
    let startStep: Int
}

extension [WriterRecord] {
    /// The writer whose run a checkpoint isn't part of, because an earlier one published it beyond that one's start.
    func supersedes(_ manifest: CheckpointManifest) -> Int? {
        first { $0.number > (manifest.writer ?? 0) && manifest.step > $0.startStep }?.number
    }
}
