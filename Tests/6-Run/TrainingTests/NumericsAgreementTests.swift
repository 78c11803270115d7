import Collectives
import Numerics
import RankSupport
import Testing
import Training

@Suite(.timeLimit(.minutes(10))) struct NumericsAgreementTests {
    private static let wide = KernelChoice(coreType: "Cooperlake", vector: "avx512")

    /// A fingerprint with other bits of products.
    private static func fingerprint(products: UInt64) -> NumericsFingerprint {
        var digests = NumericsFingerprint.current.digests
        digests[.products] = products
        return NumericsFingerprint(digests: digests)
    }

    @Test(arguments: 1...4)
    func ranksWithEqualFingerprintsAgreeWhateverTheNamesOfTheirKernels(ranks: Int) {
        let results = ThreadCommunicator.run(worldSize: ranks) { communicator in
            let kernels = communicator.rank == 1 ? KernelChoice.common : Self.wide
            try NumericsAgreement(kernels: kernels).check(over: communicator)
        }
        for result in results { #expect(throws: Never.self) { try result.get() } }
    }

    @Test func theErrorNamesEachHostsKernelsAndTheRemedy() throws {
        let results = ThreadCommunicator.run(worldSize: 4) { communicator in
            let isOther = communicator.rank > 0
            try NumericsAgreement(
                fingerprint: Self.fingerprint(products: isOther ? 1 : 2),
                kernels: isOther ? .common : Self.wide
            ).check(over: communicator)
        }
        for result in results {
            let error = try #require(throws: TrainingError.self) { try result.get() }
            #expect(
                error.description.hasPrefix(
                    "ranks compute with different kernels, so that their bits differ in products: "
                        + "rank 0 on thread with OpenBLAS Cooperlake, avx512 vectors; "
                        + "3 ranks from rank 1 on, on thread with \(KernelChoice.common.description); "
                        + "set parallel.numerics to common"
                ),
                "\(error)"
            )
        }
    }

    @Test(arguments: [.common, wide])
    func ranksThatDifferWithTheSameKernelsNeedTheSameLibraries(kernels: KernelChoice) throws {
        let results = ThreadCommunicator.run(worldSize: 2) { communicator in
            let fingerprint = Self.fingerprint(products: UInt64(communicator.rank))
            try NumericsAgreement(fingerprint: fingerprint, kernels: kernels).check(over: communicator)
        }
        let error = try #require(throws: TrainingError.self) { try results[1].get() }
        #expect(error.description.hasSuffix("install the same versions of OpenBLAS and the C library on all hosts"))
    }
}
