import CProcesses
import Foundation

/// The processor cores that a process may use.
package enum ProcessorCores {
    /// The cores, by the system's numbers, that this process is meant to use.
    ///
    /// Open MPI binds a rank with all its threads to one core if there are two ranks or fewer. In that case mpirun's
    /// own cores are taken.
    package static var allowed: [Int] {
        isBoundByOpenMPI ? mask(ofProcess: getppid()) : mask(ofProcess: 0)
    }

    /// How many busy threads this process and its children can run in parallel: physical cores, within the quota.
    package static var count: Int {
        let cores = physical(allowed).count
        return max(1, min(cores, quota().map { Int($0.rounded(.up)) } ?? cores))
    }

    /// The cores to which this process is bound at present.
    package static var bound: [Int] { mask(ofProcess: 0) }

    /// Of the given cores, one for each physical core: hyperthreads don't speed up a matrix product.
    ///
    /// - Parameters:
    ///   - cores: The system's numbers.
    ///   - devices: Where the system describes its cores.
    /// - Returns: The first of each physical core, in order; all of them if the system doesn't tell.
    package static func physical(
        _ cores: [Int],
        devices: String = "/sys/devices/system/cpu"
    ) -> [Int] {
        var seen: Set<String> = []
        return cores.filter { core in
            let siblings = text("\(devices)/cpu\(core)/topology/thread_siblings_list")
            return seen.insert(siblings ?? "\(core)").inserted
        }
    }

    /// Restricts this process to the given cores; threads started later inherit it.
    package static func bind(to cores: [Int]) {
        let mask = mask(of: cores)
        _ = cprocesses_set_affinity(mask, mask.count)
    }

    /// The cores as a mask of `maskByteCount` bytes, one bit each.
    package static func mask(of cores: [Int]) -> [UInt8] {
        var mask = [UInt8](repeating: 0, count: maskByteCount)
        for core in cores where core / 8 < mask.count { mask[core / 8] |= 1 << (core % 8) }
        return mask
    }

    /// The cores in a mask, in order.
    package static func cores(in mask: some Collection<UInt8>) -> [Int] {
        zip(0..., mask).flatMap { index, byte in (0..<8).filter { byte & (1 << $0) != 0 }.map { index * 8 + $0 } }
    }

    /// How many cores' worth of processor time the control groups of this process allow.
    ///
    /// - Parameters:
    ///   - membership: The file that names this process's groups.
    ///   - root: Where the groups are mounted.
    /// - Returns: The number; nil for no limit.
    package static func quota(
        membership: String = "/proc/self/cgroup",
        root: String = "/sys/fs/cgroup"
    ) -> Double? {
        let lines = (text(membership) ?? "").split(separator: "\n")
        let quotas = lines.flatMap { line -> [Double] in
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return [] }
            let controllers = fields[1].split(separator: ",")
            if fields[1].isEmpty { return foldersUpwards(String(fields[2]), below: root).compactMap(unifiedQuota) }
            guard controllers.contains("cpu") else { return [] }
            return [String(fields[1]), "cpu"].flatMap { mount in
                foldersUpwards(String(fields[2]), below: "\(root)/\(mount)").compactMap(separateQuota)
            }
        }
        return quotas.min()
    }

    /// The folders of a group and of its ancestors, which limit it, too.
    ///
    /// In a container the outer group's names don't exist, and the container's own group is the root.
    private static func foldersUpwards(_ group: String, below root: String) -> [String] {
        let names = group.split(separator: "/")
        return (0...names.count).map { ([root] + names.prefix($0).map(String.init)).joined(separator: "/") }
    }

    /// Control groups version 2: "QUOTA PERIOD" in microseconds, or "max PERIOD".
    private static func unifiedQuota(_ folder: String) -> Double? {
        let numbers = (text("\(folder)/cpu.max") ?? "").split(separator: " ").map { Double($0) }
        guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], period > 0 else { return nil }
        return quota / period
    }

    /// Control groups version 1: one file each; -1 for no limit.
    private static func separateQuota(_ folder: String) -> Double? {
        guard let quota = text("\(folder)/cpu.cfs_quota_us").flatMap(Double.init), quota > 0,
            let period = text("\(folder)/cpu.cfs_period_us").flatMap(Double.init), period > 0
        else { return nil }
        return quota / period
    }

    private static var isBoundByOpenMPI: Bool {
        ProcessInfo.processInfo.environment["OMPI_MCA_orte_bound_at_launch"] != nil
    }

    private static func mask(ofProcess process: pid_t) -> [Int] {
        var mask = [UInt8](repeating: 0, count: maskByteCount)
        guard cprocesses_get_affinity(process, &mask, mask.count) > 0 else {
            return Array(0..<max(1, ProcessInfo.processInfo.activeProcessorCount))
        }
        return cores(in: mask)
    }

    private static func text(_ path: String) -> String? {
        (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Enough for 8,192 cores.
    package static let maskByteCount = 1024
}
