import Foundation

/// A machine for ranks.
package struct Host: Equatable, Sendable {
    /// Its name or address, as ssh takes it.
    package let name: String
    /// The largest number of ranks; nil for any number.
    package let slots: Int?

    /// A machine.
    package init(name: String, slots: Int? = nil) {
        self.name = name
        self.slots = slots
    }

    /// Reads a host file in mpirun's format: one name per line, optionally followed by `slots=N`, with `#` before
    /// comments.
    ///
    /// - Parameter path: The file.
    /// - Returns: The hosts in the file's order, at least one.
    /// - Throws: `LaunchError.hostFile`.
    package static func read(path: String) throws(LaunchError) -> [Host] {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            let isFolder = (try? FileManager.default.contentsOfDirectory(atPath: path)) != nil
            let problem = isFolder ? "a folder" : FileManager.default.isReadableFile(atPath: path) ? "not a text" : nil
            throw .hostFile(path: path, line: nil, problem: problem ?? "no such file, or not readable")
        }
        return try parse(text, path: path)
    }

    package static func parse(_ text: String, path: String) throws(LaunchError) -> [Host] {
        var hosts: [Host] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard let word = words.first else { continue }
            let name = try hostName(String(word), path: path, line: index + 1)
            guard !hosts.contains(where: { $0.name == name }) else {
                throw .hostFile(path: path, line: index + 1, problem: "\(name) is there twice")
            }
            var slots: Int?
            for word in words.dropFirst() {
                guard word.hasPrefix("slots="), let count = Int(word.dropFirst("slots=".count)), count > 0 else {
                    throw .hostFile(
                        path: path,
                        line: index + 1,
                        problem: "'\(word)' found, slots=N with N of 1 or more needed"
                    )
                }
                slots = count
            }
            hosts.append(Host(name: name, slots: slots))
        }
        guard !hosts.isEmpty else { throw .hostFile(path: path, line: nil, problem: "no host found") }
        return hosts
    }

    /// Rejects what a remote shell or its client wouldn't take for a host: options, and characters of a command.
    private static func hostName(_ word: String, path: String, line: Int) throws(LaunchError) -> String {
        // IPv6 addresses may be in brackets, as in URLs.
        let name = word.hasPrefix("[") && word.hasSuffix("]") ? String(word.dropFirst().dropLast()) : word
        guard name.wholeMatch(of: /[A-Za-z0-9_.@:%][A-Za-z0-9_.@:%-]*/) != nil else {
            throw .hostFile(path: path, line: line, problem: "'\(word)' is no host's name or address")
        }
        return name
    }
}

/// The number of ranks on a host.
package struct HostShare: Equatable, Sendable {
    /// The host.
    package let host: Host
    /// The number of ranks, at least 1.
    package let rankCount: Int

    package init(host: Host, rankCount: Int) {
        self.host = host
        self.rankCount = rankCount
    }
}

extension [Host] {
    /// Distributes ranks to the hosts one at a time, as long as there are ranks and free slots.
    package func shares(ofRanks count: Int) -> [HostShare] {
        var rankCounts = map { _ in 0 }
        var left = count
        while left > 0 {
            let before = left
            for index in indices where left > 0 && rankCounts[index] < (self[index].slots ?? .max) {
                rankCounts[index] += 1
                left -= 1
            }
            guard left < before else { break }
        }
        return zip(self, rankCounts).filter { $1 > 0 }.map { HostShare(host: $0, rankCount: $1) }
    }
}
