import Console
package import Datasets
import Formatting

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Progress of packing a data set on standard error: a line that is rewritten on a terminal, otherwise only the last
/// one.
package final class PackingReport: Sendable {
    private let source: String

    /// A report of one packing.
    ///
    /// - Parameter source: The name of what is packed.
    package init(of source: String) { self.source = source }

    /// Prints the progress.
    package var show: @Sendable (PackingProgress) -> Void {
        { [source, terminal = StandardStream.error] progress in
            let isLast = progress.doneCount == progress.count
            let rate = Double(progress.doneCount) / max(progress.seconds, 1e-3)
            let left = Double(progress.count - progress.doneCount) / max(rate, 1e-3)
            let text =
                "\(progress.stage) \(source): \(Format.grouped(progress.doneCount)) of \(Format.grouped(progress.count)) "
                + "\(progress.stage == .packing ? "pictures" : "files"), "
                + "\(Format.grouped(rate)) a second"
            if isatty(STDERR_FILENO) == 1 {
                terminal.tell("\r\(text), \(Format.clock(left)) left \(isLast ? "\n" : "")")
            } else if isLast {
                terminal.tell(text + "\n")
            }
        }
    }
}
