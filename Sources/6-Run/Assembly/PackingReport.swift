import Console
package import Datasets
import Formatting

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Tells on standard error how far the packing of pictures has come: a line that grows on a terminal, ten elsewhere.
package final class PackingReport: Sendable {
    private let source: String

    /// A report of one packing.
    ///
    /// - Parameter source: What is packed.
    package init(of source: String) { self.source = source }

    /// Shows the progress.
    package var show: @Sendable (ImagePacking.Progress) -> Void {
        { [source, terminal = StandardStream.error] progress in
            let isLast = progress.packedCount == progress.count
            let rate = Double(progress.packedCount) / max(progress.seconds, 1e-3)
            let left = Double(progress.count - progress.packedCount) / max(rate, 1e-3)
            let text =
                "packing \(source): \(Format.grouped(progress.packedCount)) of \(Format.grouped(progress.count)) pictures, "
                + "\(Format.grouped(rate)) a second"
            if isatty(STDERR_FILENO) == 1 {
                terminal.tell("\r\(text), \(Format.clock(left)) left \(isLast ? "\n" : "")")
            } else if isLast {
                terminal.tell(text + "\n")
            }
        }
    }
}
