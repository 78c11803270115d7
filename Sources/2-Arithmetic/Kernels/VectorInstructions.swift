package import CVectorKernels

/// A set of vector instructions that this processor has and this program has kernels for.
package struct VectorInstructions: @unchecked Sendable {
    private let table: UnsafePointer<VectorKernels>

    /// The widest set of this processor, or the one named by the variable `SWIFT_DP_VECTOR` (`avx512`, `avx2`,
    /// `generic`); nil when the processor is below the baseline, AVX2 with FMA on x86-64.
    package static var best: VectorInstructions? { vectorKernels().map(VectorInstructions.init(table:)) }

    /// Every set that this processor can run, the widest first.
    package static var all: [VectorInstructions] {
        names.compactMap { vectorKernelsNamed($0).map(VectorInstructions.init(table:)) }
    }

    /// The names of these sets in `SWIFT_DP_VECTOR`, the widest first.
    package static var names: [String] { ["avx512", "avx2", "generic"].filter { vectorKernelsNamed($0) != nil } }

    /// The default instruction set: `best`, which the program checks when it starts.
    package static let inUse: VectorInstructions = {
        guard let best else { preconditionFailure("VectorInstructions: a processor below AVX2 with FMA found") }
        return best
    }()

    /// The common name of the set: «AVX-512», «AVX2».
    package var name: String { String(cString: table.pointee.name) }

    /// The name of the set in `SWIFT_DP_VECTOR`.
    package var variableName: String { Self.names.first { vectorKernelsNamed($0) == table } ?? "unknown" }

    /// Floats in a vector: results depend on it in their last bits.
    package var width: Int { table.pointee.width }

    /// The kernels of this set.
    package var kernels: VectorKernels { table.pointee }

    private init(table: UnsafePointer<VectorKernels>) { self.table = table }
}
