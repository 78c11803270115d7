import Foundation

/// A shell script that trials start in place of the program: `train`'s arguments, with the run folder as `$5` and the
/// epochs as `$7`.
package struct StandInProgram {
    /// The script's file.
    package let path: String
    private let log: String

    /// Writes the script.
    ///
    /// - Parameters:
    ///   - folder: Where the script and its log go.
    ///   - logsEpochs: Whether the log has the epochs beside the trial's name.
    ///   - action: What the script does after it has logged its start.
    /// - Throws: Why the script couldn't be written.
    package init(in folder: String, logsEpochs: Bool = false, action: String) throws {
        path = folder + "/program"
        log = folder + "/started"
        let line = logsEpochs ? #"$(basename "$5") $7"# : #"$(basename "$5")"#
        let script = "#!/bin/sh\necho \"\(line)\" >>\(log)\n\(action)\n"
        try script.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    /// The trials that were started, in order, a line of the log each.
    package var started: [String] {
        let text = try? String(contentsOfFile: log, encoding: .utf8)
        return (text ?? "").split(separator: "\n").map(String.init)
    }
}
