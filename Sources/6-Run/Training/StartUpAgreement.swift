package import Collectives
package import Datasets
package import Networks

/// The comparison at the start: all ranks must have the same configuration, network and data.
package struct StartUpAgreement {
    private let digests: [(what: String, digest: UInt64)]

    package init(configurationText: String, network: Network, dataset: ImageDataset) {
        let shapes = network.parameters.map { "\($0.name) \($0.shape)" }.joined(separator: "\n")
        digests = [
            ("configuration", Self.digest(configurationText)),
            ("network", Self.digest(shapes)),
            ("data set", Self.digest(dataset.digest())),
        ]
    }

    /// Compares this rank with all others.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Throws: `TrainingError.ranksDiffer` on every rank, with the first rank that differs from rank 0.
    package func check(over communicator: any Communicator) throws {
        for (what, digest) in digests {
            let all = try communicator.allGather(digest)
            guard let rank = all.firstIndex(where: { $0 != all[0] }) else { continue }
            throw TrainingError.ranksDiffer(what: what, rank: rank, host: communicator.hostNames[rank])
        }
    }

    /// FNV-1a, 64 bits: the texts are short, and forgery is not a concern.
    private static func digest(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
