package import Collectives
package import Numerics

/// The comparison of the ranks' arithmetic at the start.
///
/// With different kernels, training would succeed, but with bits that no rank would get alone.
package struct NumericsAgreement {
    private let fingerprint: NumericsFingerprint
    private let kernels: KernelChoice

    package init(fingerprint: NumericsFingerprint = .current, kernels: KernelChoice = .current) {
        self.fingerprint = fingerprint
        self.kernels = kernels
    }

    /// Compares this rank with all others.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Throws: `TrainingError.numericsDiffer` on every rank, with each rank's kernels and what to do.
    package func check(over communicator: any Communicator) throws {
        let parts = NumericsFingerprint.Part.allCases
        let digests = try communicator.allGather(parts.map { fingerprint.digests[$0] ?? 0 })
        let differing = parts.indices.filter { part in
            (0..<communicator.worldSize).contains { digests[$0 * parts.count + part] != digests[part] }
        }
        guard !differing.isEmpty else { return }
        let kernels = try communicator.allGatherTexts(kernels.description)
        let groups = Dictionary(grouping: 0..<communicator.worldSize) { rank in
            [kernels[rank]] + differing.map { "\(digests[rank * parts.count + $0])" }
        }
        let owners = groups.values.sorted { $0[0] < $1[0] }.map { ranks in
            Self.owner(ranks, hosts: communicator.hostNames) + " with " + kernels[ranks[0]]
        }
        throw TrainingError.numericsDiffer(
            "ranks compute with different kernels, so that their bits differ in "
                + differing.map { parts[$0].rawValue }.joined(separator: ", ") + ": "
                + owners.joined(separator: "; ") + "; " + Self.remedy(kernels: kernels)
        )
    }

    /// `rank 0 on a`, `3 ranks on a and 2 other hosts`.
    private static func owner(_ ranks: [Int], hosts: [String]) -> String {
        var names: [String] = []
        for rank in ranks where !names.contains(hosts[rank]) { names.append(hosts[rank]) }
        let others = names.count == 1 ? "" : " and \(names.count - 1) other host\(names.count == 2 ? "" : "s")"
        return (ranks.count == 1 ? "rank \(ranks[0])" : "\(ranks.count) ranks from rank \(ranks[0]) on,")
            + " on \(names[0])\(others)"
    }

    private static func remedy(kernels: [String]) -> String {
        let common = KernelChoice.common
        guard Set(kernels).count > 1 else {
            return "install the same versions of OpenBLAS and the C library on all hosts"
        }
        let settings = common.environment.map { "\($0.name)=\($0.value)" }.joined(separator: " and ")
        return "set parallel.numerics to common, which takes kernels that all have (or \(settings) for all ranks)"
    }
}

extension RunEnvironment {
    /// A notice about a checkpoint whose run used other arithmetic; nil if equal fingerprints promise equal bits.
    func notice(ofCheckpointMadeWith environment: [String: String]) -> String? {
        guard environment["fingerprint"] != numerics["fingerprint"] else { return nil }
        let names = numerics.filter { $0.key != "fingerprint" && environment[$0.key] != $0.value }
        let list = names.sorted { $0.key < $1.key }.map { key, value in
            "\(key) was \(environment[key] ?? "unknown") and is \(value)"
        }
        return "the checkpoint was made with other arithmetic (fingerprint \(environment["fingerprint"] ?? "unknown"), "
            + "here \(numerics["fingerprint"] ?? "unknown")), so the bits differ from an uninterrupted run's"
            + (list.isEmpty ? "" : ": " + list.joined(separator: "; "))
    }
}
