import CProcesses
package import Foundation

/// The children of this process, and their children.
package enum Descendants {
    /// Makes this process the parent of its descendants' orphans, so that it can find them.
    package static func adoptOrphans() {
        // Where that isn't possible, ranks still end by themselves once Open MPI has lost its mpirun.
        _ = cprocesses_adopt_orphans()
    }

    /// Kills all remaining children, for five seconds at most.
    ///
    /// Orphans of a killed child become children of this process, and are killed, too.
    package static func killAll() {
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

    /// The processes whose parent is the given one, according to /proc; empty where there is no /proc.
    package static func children(of parent: pid_t) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { process in
            guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
                let end = line.lastIndex(of: ")")
            else { return false }
            // After the name, which may contain any character: state and parent.
            return line[end...].split(separator: " ").dropFirst(2).first.flatMap { pid_t($0) } == parent
        }
    }
}
