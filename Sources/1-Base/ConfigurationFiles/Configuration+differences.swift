extension Configuration {
    /// A setting in which two configurations differ.
    package struct Difference: Equatable, Sendable {
        /// The key, as `--set` takes it: `optimizer.learningRate`, `network.layers[2].conv2d.kernel`.
        package let keyPath: String
        /// Its value in the first configuration; nil if it isn't there.
        package let first: String?
        /// Its value in the second configuration; nil if it isn't there.
        package let second: String?

        /// Whether the result of a run can depend on it.
        package var concernsResult: Bool { Configuration.concernsResult(keyPath) }
    }

    /// Keys and sections that don't influence the result of a run.
    private static let keysWithoutInfluence = [
        "run", "logging", "checkpoint", "evaluation", "dataset.root", "parallel.bucketBytes", "parallel.overlap",
        "parallel.threadsPerRank", "parallel.timeoutSeconds",
    ]

    /// Whether the result of a run can depend on a key.
    package static func concernsResult(_ keyPath: String) -> Bool {
        !keysWithoutInfluence.contains { keyPath == $0 || keyPath.hasPrefix($0 + ".") }
    }

    /// The settings of a resolved configuration.
    ///
    /// - Parameter yaml: The text that `resolvedYAML()` gave.
    /// - Returns: The text of each setting by its key path; nil if the text isn't a configuration.
    package static func settings(inYAML yaml: String) -> [String: String]? {
        (try? SourceNode.parse(yaml: yaml, file: ""))?.settings()
    }

    /// Compares two resolved configurations.
    ///
    /// One of them may come from an earlier version of the program: a key that this version didn't have is not a
    /// difference.
    ///
    /// - Parameters:
    ///   - first: The older one, as `resolvedYAML()` wrote it.
    ///   - second: The newer one.
    /// - Returns: The differences, sorted by key; nil if a text isn't a configuration.
    package static func differences(from first: String, to second: String) -> [Difference]? {
        guard let first = try? SourceNode.parse(yaml: first, file: ""),
            let second = try? SourceNode.parse(yaml: second, file: "")
        else { return nil }
        let (old, new) = (first.settings(), second.settings())
        return Set(old.keys).union(new.keys).sorted().compactMap { key in
            guard old[key] != new[key] else { return nil }
            if old[key] == nil, !old.isNew(key) { return nil }
            return Difference(keyPath: key, first: old[key], second: new[key])
        }
    }
}

extension [Configuration.Difference] {
    /// The first few differences as text: `optimizer.learningRate was 0.001, now 0.01`.
    package var text: String {
        let shown = prefix(3).map { "\($0.keyPath) was \($0.first ?? "absent"), now \($0.second ?? "absent")" }
        return (shown + (count > 3 ? ["\(count - 3) more"] : [])).joined(separator: "; ")
    }
}

extension SourceNode {
    /// The text of each setting by its key path; a list of scalars is one setting.
    fileprivate func settings(keyPath: String = "") -> [String: String] {
        switch content {
        case .scalar(let text, _): return [keyPath: isNull ? "null" : text]
        case .sequence(let items):
            let texts = items.compactMap { item in if case .scalar(let text, _) = item.content { text } else { nil } }
            if texts.count == items.count { return [keyPath: "[\(texts.joined(separator: ", "))]"] }
            return items.enumerated().reduce(into: [:]) { all, item in
                all.merge(item.element.settings(keyPath: "\(keyPath)[\(item.offset)]")) { $1 }
            }
        case .mapping(let entries):
            return entries.reduce(into: [:]) { all, entry in
                let path = keyPath.isEmpty ? entry.key : "\(keyPath).\(entry.key)"
                all.merge(entry.value.settings(keyPath: path)) { $1 }
            }
        }
    }
}

extension [String: String] {
    /// Whether a missing key belongs to a layer that is missing as well; otherwise the earlier program didn't have the
    /// key.
    fileprivate func isNew(_ key: String) -> Bool {
        guard key.hasPrefix("network.") else { return false }
        guard let end = key.lastIndex(where: { ".[".contains($0) }), key[end] == "." else { return true }
        return !keys.contains { $0.hasPrefix(key[...end]) }
    }
}
