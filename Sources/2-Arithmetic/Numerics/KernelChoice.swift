import Kernels

/// The kernels that a process computes with: OpenBLAS' kernel set, and this program's vector instructions.
package struct KernelChoice: Equatable, Sendable {
    /// The variable for the vector instructions, which are chosen at their first use.
    package static let vectorVariable = "SWIFT_DP_VECTOR"

    /// OpenBLAS' name of its kernel set, such as `Haswell`.
    package let coreType: String
    /// The name of the vector instructions in `SWIFT_DP_VECTOR`, such as `avx2`.
    package let vector: String

    /// Kernels that every supported processor of this architecture can run, for `parallel.numerics: common`.
    package static let common: KernelChoice = {
        #if arch(x86_64)
            KernelChoice(coreType: "Haswell", vector: "avx2")
        #else
            KernelChoice(coreType: "ARMV8", vector: "generic")
        #endif
    }()

    /// The kernels in use.
    package static var current: KernelChoice {
        KernelChoice(coreType: BLAS.kernelName, vector: VectorInstructions.best?.variableName ?? "none")
    }

    package init(coreType: String, vector: String) {
        self.coreType = coreType
        self.vector = vector
    }

    /// The environment variables that choose these kernels.
    package var environment: [(name: String, value: String)] {
        [(BLAS.coreTypeVariable, coreType), (Self.vectorVariable, vector)]
    }

    /// As in `OpenBLAS Cooperlake, avx512 vectors`.
    package var description: String { "OpenBLAS \(coreType), \(vector) vectors" }
}
