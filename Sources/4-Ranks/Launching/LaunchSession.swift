import Collectives
import Foundation
import Processes

/// What one start leaves on the hosts: folders in memory for Open MPI's files and the ranks' statuses, and processes.
package struct LaunchSession: Sendable {
    /// The environment variable that tells ranks the folder.
    package static let variable = "SWIFT_DP_SESSION"

    /// The folder, of the same path on all hosts.
    package let folder: String
    private let program: String
    private let agent: [String]
    private let lock: FileLock?

    /// Makes the folder on this machine.
    ///
    /// - Parameters:
    ///   - program: The path of this program, on all hosts.
    ///   - environment: Names mpirun's launch agent, if not ssh.
    /// - Throws: `LaunchError.session`.
    package init(program: String = "", environment: [String: String]) throws(LaunchError) {
        folder = "\(Self.parent)/\(SessionFolder.prefix)\(getpid())-\(UInt32.random(in: 0...(.max)))"
        self.program = program
        let named = environment["OMPI_MCA_plm_rsh_agent"]?.split(separator: " ").map(String.init) ?? []
        agent = named.isEmpty ? ["ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5"] : named
        lock = try SessionFolder(folder).make()
    }

    /// Memory where that is possible.
    ///
    /// mpirun hands the path to remote shells as it is.
    private static var parent: String {
        let temporary = NSTemporaryDirectory()
        let folders = ["/dev/shm", temporary.hasSuffix("/") ? String(temporary.dropLast()) : temporary]
        return folders.first { access($0, W_OK) == 0 && $0.wholeMatch(of: /[A-Za-z0-9_.\/-]+/) != nil } ?? "/tmp"
    }

    /// The file in a session's folder that tells mpirun the hosts.
    package static func hostFile(in folder: String) -> String { folder + "/hosts" }

    /// Writes the hosts for mpirun.
    func writeHosts(_ shares: [HostShare]) throws(LaunchError) {
        guard !shares.isEmpty else { return }
        let path = Self.hostFile(in: folder)
        let lines = shares.map { "\($0.host.name) slots=\($0.rankCount)\n" }
        do {
            try lines.joined().write(toFile: path, atomically: false, encoding: .utf8)
        } catch {
            throw .session(path: path, reason: error.systemReason)
        }
    }

    /// Asks hosts whether they are there, all at a time, and makes the folder on them.
    ///
    /// - Parameters:
    ///   - hosts: Whom to ask.
    ///   - seconds: How long to wait for all of them.
    /// - Returns: Those that answered in time; and what was said, by name, of the others.
    package func probe(_ hosts: [Host], seconds: Double = 10) -> (answering: [Host], complaints: [String: String]) {
        let answers = onEach(hosts, "make", seconds: seconds)
        let silent = zip(hosts, answers).filter { !$1.isOK }.map { ($0.name, $1.lastLine) }
        return (
            zip(hosts, answers).filter(\.1.isOK).map(\.0),
            Dictionary(silent.filter { !$1.isEmpty }) { first, _ in first }
        )
    }

    /// How far the ranks of this machine came.
    func statuses(rankCount: Int) -> [Int: RankStatus] {
        let statuses = (0..<rankCount).map { ($0, StatusFile.read(rank: $0, in: folder)) }
        return Dictionary(uniqueKeysWithValues: statuses.compactMap { rank, status in status.map { (rank, $0) } })
    }

    /// Clears away what a start left on this machine: processes first, then files.
    func clear() {
        Descendants.killAll()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names { try? FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
    }

    /// Removes the folder on this machine and on others.
    ///
    /// - Parameter hosts: Those that have it.
    package func remove(on hosts: [Host] = []) {
        _ = onEach(hosts, "remove", seconds: 5)
        SessionFolder(folder).remove()
        lock?.release()
    }

    private func onEach(_ hosts: [Host], _ action: String, seconds: Double) -> [RemoteAnswer] {
        let deadline = ContinuousClock.now + .seconds(seconds)
        let command = [program, "session", action, folder].map(Self.quoted).joined(separator: " ")
        let calls = hosts.map { host in isLocal(host) ? nil : RemoteCall(agent + [host.name, command]) }
        return calls.map { $0?.answer(until: deadline) ?? RemoteAnswer(isOK: true, lastLine: "") }
    }

    /// A word as any Unix shell reads it back.
    static func quoted(_ word: String) -> String { "'" + word.replacing("'", with: "'\\''") + "'" }

    private func isLocal(_ host: Host) -> Bool {
        let name = ProcessInfo.processInfo.hostName
        return ["localhost", "127.0.0.1", "::1", name, String(name.prefix { $0 != "." })].contains(host.name)
    }
}
