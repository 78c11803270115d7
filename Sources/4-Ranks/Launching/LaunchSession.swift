import Collectives
import Foundation
import Processes

/// What one start leaves on the hosts: folders in memory for Open MPI's files and the ranks' statuses, and processes.
package struct LaunchSession: Sendable {
    /// The environment variable that tells ranks the folder.
    package static let variable = "SWIFT_DP_SESSION"

    /// The folder, at the same path on all hosts.
    package let folder: String
    private let program: String
    private let agent: [String]
    private let lock: FileLock?

    /// Creates the folder on this machine.
    ///
    /// - Parameters:
    ///   - program: The path of this program, on all hosts.
    ///   - environment: Contains mpirun's launch agent, if it isn't ssh.
    /// - Throws: `LaunchError.session`.
    package init(program: String = "", environment: [String: String]) throws(LaunchError) {
        folder = "\(Self.parent)/\(SessionFolder.prefix)\(getpid())-\(UInt32.random(in: 0...(.max)))"
        self.program = program
        let named = environment["OMPI_MCA_plm_rsh_agent"]?.split(separator: " ").map(String.init) ?? []
        agent = named.isEmpty ? ["ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5"] : named
        lock = try SessionFolder(folder).make()
    }

    /// A folder in memory if possible.
    ///
    /// mpirun passes the path to remote shells unquoted.
    private static var parent: String {
        let temporary = NSTemporaryDirectory()
        let folders = ["/dev/shm", temporary.hasSuffix("/") ? String(temporary.dropLast()) : temporary]
        return folders.first { access($0, W_OK) == 0 && $0.wholeMatch(of: /[A-Za-z0-9_.\/-]+/) != nil } ?? "/tmp"
    }

    /// The host file in a session's folder.
    package static func hostFile(in folder: String) -> String { folder + "/hosts" }

    /// Writes the host file for mpirun.
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

    /// Checks which hosts answer, all at the same time, and creates the folder on them.
    ///
    /// - Parameters:
    ///   - hosts: The hosts to check.
    ///   - seconds: How long to wait for all of them.
    /// - Returns: The hosts that answered in time, and for the others the last message, by name.
    package func probe(_ hosts: [Host], seconds: Double = 10) -> (answering: [Host], complaints: [String: String]) {
        let answers = onEach(hosts, "make", seconds: seconds)
        let silent = zip(hosts, answers).filter { !$1.isOK }.map { ($0.name, $1.lastLine) }
        return (
            zip(hosts, answers).filter(\.1.isOK).map(\.0),
            Dictionary(silent.filter { !$1.isEmpty }) { first, _ in first }
        )
    }

    /// The statuses of this machine's ranks.
    func statuses(rankCount: Int) -> [Int: RankStatus] {
        let statuses = (0..<rankCount).map { ($0, StatusFile.read(rank: $0, in: folder)) }
        return Dictionary(uniqueKeysWithValues: statuses.compactMap { rank, status in status.map { (rank, $0) } })
    }

    /// Cleans up this machine: first processes, then files.
    func clear() {
        Descendants.killAll()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names { try? FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
    }

    /// Removes the folder on this machine and on others.
    ///
    /// - Parameter hosts: The other machines.
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

    /// A word in quotes, as any Unix shell reads it.
    static func quoted(_ word: String) -> String { "'" + word.replacing("'", with: "'\\''") + "'" }

    private func isLocal(_ host: Host) -> Bool {
        let name = ProcessInfo.processInfo.hostName
        return ["localhost", "127.0.0.1", "::1", name, String(name.prefix { $0 != "." })].contains(host.name)
    }
}
