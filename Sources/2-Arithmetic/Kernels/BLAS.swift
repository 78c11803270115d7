import COpenBLAS
import CVectorKernels

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The BLAS library of this process.
package enum BLAS {
    /// The name of the kernel set in use, such as `Cooperlake`: results depend on it in their last bits.
    package static var kernelName: String { String(cString: openblas_get_corename()) }

    /// The library's version and build options, as the library reports them.
    package static var version: String { String(cString: openblas_get_config()) }

    /// Makes every product run on the calling thread.
    ///
    /// Called once at the start: parallelism is above BLAS.
    package static func useOneThread() { openblas_set_num_threads(1) }

    /// The variable for OpenBLAS' kernel set, which the library reads once, when it is loaded.
    package static let coreTypeVariable = "OPENBLAS_CORETYPE"

    /// The value that `OPENBLAS_CORETYPE` should have had when this process started; nil if its choice is right.
    ///
    /// OpenBLAS chooses its kernels when it is loaded, and falls back to old ones on a processor newer than itself. A
    /// choice made by the user in the environment is kept.
    ///
    /// - Returns: A kernel set faster than the present one.
    package static func preferredCoreType() -> String? {
        guard getenv(coreTypeVariable) == nil, let best = bestOpenBLASCoreType().map({ String(cString: $0) }),
            let wanted = BLASKernels(named: best), let present = BLASKernels(named: kernelName)
        else { return nil }
        return present < wanted ? best : nil
    }
}

/// OpenBLAS' kernel sets for x86-64 by the vectors they use, slowest first.
enum BLASKernels: Int, CaseIterable, Comparable {
    case sse, avx, avx2, avx512, avx512BFloat16

    /// Finds a kernel set; nil for a name that isn't listed: it is newer than this table, and trusted, or of another
    /// architecture.
    init?(named name: String) {
        let match = Self.allCases.first { $0.names.contains { $0.lowercased() == name.lowercased() } }
        guard let match else { return nil }
        self = match
    }

    private var names: [String] {
        switch self {
        case .sse: ["Prescott", "Core2", "Penryn", "Dunnington", "Nehalem", "Atom", "Opteron", "Barcelona", "Bobcat"]
        case .avx: ["Sandybridge", "Bulldozer", "Piledriver", "Steamroller"]
        case .avx2: ["Haswell", "Zen", "Excavator"]
        case .avx512: ["SkylakeX"]
        case .avx512BFloat16: ["Cooperlake", "SapphireRapids"]
        }
    }

    static func < (one: BLASKernels, other: BLASKernels) -> Bool { one.rawValue < other.rawValue }
}
