import Kernels

/// Which kernels a process computes with: OpenBLAS' set, and the program's own vectors.
package struct KernelChoice: Equatable, Sendable {
    /// Names OpenBLAS' kernel set, which the library reads once, when it is loaded.
    package static let coreTypeVariable = "OPENBLAS_CORETYPE"
    /// Names the program's own vectors, which are chosen at their first use.
    package static let vectorVariable = "SWIFT_DP_VECTOR"

    /// OpenBLAS' name of its kernels, such as `Haswell`.
    package let coreType: String
    /// What `SWIFT_DP_VECTOR` calls the vectors, such as `avx2`.
    package let vector: String

    /// The set that every processor of this architecture has which the program runs on: `parallel.numerics: common`.
    package static let common: KernelChoice = {
        #if arch(x86_64)
            KernelChoice(coreType: "Haswell", vector: "avx2")
        #else
            KernelChoice(coreType: "ARMV8", vector: "generic")
        #endif
    }()

    /// The set in use.
    package static var current: KernelChoice {
        KernelChoice(coreType: BLAS.kernelName, vector: VectorInstructions.best?.variableName ?? "none")
    }

    package init(coreType: String, vector: String) {
        self.coreType = coreType
        self.vector = vector
    }

    /// The environment variables that choose it.
    package var environment: [(name: String, value: String)] {
        [(Self.coreTypeVariable, coreType), (Self.vectorVariable, vector)]
    }

    /// For people: `OpenBLAS Cooperlake, avx512 vectors`.
    package var description: String { "OpenBLAS \(coreType), \(vector) vectors" }
}
