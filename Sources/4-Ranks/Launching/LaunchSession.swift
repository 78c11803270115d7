import CProcessTree
import Collectives
import Foundation

/// What one start leaves on the hosts: folders in memory for Open MPI's files and the ranks' statuses, and processes.
public struct LaunchSession: Sendable {
    /// The environment variable that tells ranks the folder.
    public static let variable = "SWIFT_DP_SESSION"

    /// The folder, of the same path on all hosts.
    public let folder: String
    private let agent: [String]
    /// The sticky bit tells the launcher's own folder from one that a launcher on another host has made here.
    private static let mode: mode_t = 0o1700

    /// Makes the folder on this machine.
    ///
    /// - Parameter environment: Names mpirun's launch agent, if not ssh.
    /// - Throws: `LaunchError.session`.
    init(environment: [String: String]) throws(LaunchError) {
        let memory = "/dev/shm"
        let parent = access(memory, W_OK) == 0 ? memory : NSTemporaryDirectory()
        folder = "\(parent)/swift-dp-train-\(getpid())-\(UInt32.random(in: 0...(.max)))"
        let named = environment["OMPI_MCA_plm_rsh_agent"]?.split(separator: " ").map(String.init) ?? []
        agent = named.isEmpty ? ["ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5"] : named
        Self.sweep(parent)
        guard mkdir(folder, Self.mode) == 0 else {
            throw .session(path: folder, reason: String(cString: strerror(errno)))
        }
    }

    /// Asks hosts whether they are there, all at a time, and makes the folder on them.
    ///
    /// - Parameter hosts: Whom to ask.
    /// - Returns: Those that answered within ten seconds.
    func probe(_ hosts: [Host]) -> [Host] {
        let answers = onEach(hosts, "mkdir -p \(folder)")
        return zip(hosts, answers).filter(\.1).map(\.0)
    }

    /// How far the ranks of this machine came.
    func statuses(rankCount: Int) -> [Int: RankStatus] {
        let statuses = (0..<rankCount).map { ($0, StatusFile.read(rank: $0, in: folder)) }
        return Dictionary(uniqueKeysWithValues: statuses.compactMap { rank, status in status.map { (rank, $0) } })
    }

    /// Clears away what a start left on this machine: processes first, then files.
    func clear() {
        Self.killOrphans()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names { try? FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
    }

    /// Removes what launchers of this machine left that were killed.
    private static func sweep(_ parent: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] {
            guard let match = name.wholeMatch(of: /swift-dp-train-(\d+)-\d+/), let launcher = pid_t(match.1) else {
                continue
            }
            var status = stat()
            guard lstat("\(parent)/\(name)", &status) == 0, status.st_uid == geteuid(),
                status.st_mode & 0o7777 == mode, kill(launcher, 0) != 0, errno == ESRCH
            else { continue }
            try? FileManager.default.removeItem(atPath: "\(parent)/\(name)")
        }
    }

    /// Removes the folder on all hosts.
    func remove(on hosts: [Host]) {
        _ = onEach(hosts, "rm -rf \(folder)")
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func onEach(_ hosts: [Host], _ command: String) -> [Bool] {
        let children = hosts.map { host in
            isLocal(host)
                ? nil
                : try? ChildProcess(agent + [host.name, command], environment: [:], standardError: .discarded)
        }
        return zip(hosts, children).map { host, child in
            guard let child else { return isLocal(host) }
            return child.wait(seconds: 10) == .exited(0)
        }
    }

    private func isLocal(_ host: Host) -> Bool {
        let name = ProcessInfo.processInfo.hostName
        return ["localhost", "127.0.0.1", name, String(name.prefix { $0 != "." })].contains(host.name)
    }
}

extension LaunchSession {
    /// Makes this process the parent of its descendants' orphans, so that it can find them.
    static func adoptOrphans() {
        // Where that isn't possible, ranks still end by themselves once Open MPI has lost its mpirun.
        _ = cprocesstree_adopt_orphans()
    }

    /// Ends all children that are left.
    ///
    /// Those that they leave become children, too.
    private static func killOrphans() {
        let deadline = ContinuousClock.now + .seconds(5)
        while ContinuousClock.now < deadline {
            let children = children(of: getpid())
            guard !children.isEmpty else { return }
            for child in children {
                kill(child, SIGKILL)
                waitpid(child, nil, WNOHANG)
            }
            usleep(20_000)
        }
    }

    /// The processes whose parent is the given one, after /proc; none where there is no such folder.
    private static func children(of parent: pid_t) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { process in
            guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
                let end = line.lastIndex(of: ")")
            else { return false }
            // Behind the name, which may hold anything: state and parent.
            return line[end...].split(separator: " ").dropFirst(2).first.flatMap { pid_t($0) } == parent
        }
    }
}
