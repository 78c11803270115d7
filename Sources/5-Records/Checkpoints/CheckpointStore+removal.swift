extension CheckpointStore {
    /// Removes what interrupted writes and removals have left; none of it is ever read.
    ///
    /// Failures are left to the next write: what remains only takes up space.
    func removeStaleWork() {
        guard let names = try? fileSystem.list(directory) else { return }
        for name in names where isOldTemporary(name) || name.hasPrefix(Self.trashPrefix) {
            try? removeTree(path(name))
        }
    }

    /// Removes the checkpoints that are superfluous after a write.
    ///
    /// Checkpoints of later steps are kept: they exist when training went back to an earlier one.
    ///
    /// - Parameter step: The step just written.
    /// - Returns: The first failure.
    func removeSuperseded(by step: Int) -> CheckpointError? {
        let names: [String]
        do {
            names = try fileSystem.list(directory)
        } catch {
            return .fileSystem(error)
        }
        let replaced = names.filter { $0.hasPrefix(Self.replacedPrefix) }
        let steps = names.compactMap(Self.step(ofFolder:)).filter { $0 <= step }.sorted(by: >)
        let kept = Set(steps.prefix(keepLast)).union(bestSteps(of: steps))
        let superseded = steps.filter { !kept.contains($0) }.map(Self.folderName(step:))
        var failure: CheckpointError?
        for name in replaced + superseded {
            do {
                try removeCheckpoint(name)
            } catch {
                failure = failure ?? .fileSystem(error)
            }
        }
        return failure
    }

    /// Removes a checkpoint.
    ///
    /// It is renamed first, so that it never looks like a checkpoint while it is being removed.
    func removeCheckpoint(_ name: String) throws(FileSystemError) {
        let trash = path(Self.trashPrefix + name)
        try fileSystem.rename(path(name), to: trash)
        try removeTree(trash)
    }

    /// The steps with the highest metric, the highest first; the earlier first if they are equal.
    func bestSteps(of steps: [Int]) -> [Int] {
        guard keepBest > 0 else { return [] }
        let measured = steps.compactMap { step in metric(ofStep: step).map { (step: step, metric: $0) } }
        return measured.sorted { ($0.metric, $1.step) > ($1.metric, $0.step) }.prefix(keepBest).map(\.step)
    }

    private func metric(ofStep step: Int) -> Double? {
        let folder = path(Self.folderName(step: step))
        return (try? Self.readManifest(inFolder: folder, fileSystem: fileSystem))?.metric
    }

    /// Removes a file, or a folder of files.
    private func removeTree(_ path: String) throws(FileSystemError) {
        if let names = try? fileSystem.list(path) {
            for name in names { try fileSystem.remove("\(path)/\(name)") }
        }
        try fileSystem.remove(path)
    }
}
