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
            let wanted = rank(of: best), let present = rank(of: kernelName)
        else { return nil }
        return present < wanted ? best : nil
    }

    /// Ranks x86-64 kernel sets by the vectors they use.
    ///
    /// A name that isn't listed is newer than this table, and trusted.
    private static func rank(of name: String) -> Int? {
        let ranks = [
            ["Prescott", "Core2", "Penryn", "Dunnington", "Nehalem", "Atom", "Opteron", "Barcelona", "Bobcat"],
            ["Sandybridge", "Bulldozer", "Piledriver", "Steamroller"],
            ["Haswell", "Zen", "Excavator"],
            ["SkylakeX"],
            ["Cooperlake"],
        ]
        return ranks.firstIndex { $0.contains { $0.lowercased() == name.lowercased() } }
    }
}
