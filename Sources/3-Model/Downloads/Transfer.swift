import Datasets
import Foundation
import Processes
import Subprocess

#if canImport(System)
    import Darwin
#else
    import Glibc
#endif

/// Downloads one file with curl, continuing an interrupted download, until its checksum is right.
struct Transfer {
    let url: String
    let file: String
    let checksum: FileChecksum
    let curl: ExternalTool
    let lock: FileLock

    private static let attempts = 5

    /// What to do after curl has ended.
    private enum Verdict {
        case arrived
        case goOn(reason: String)
        case startAgain(reason: String)
        case giveUp(reason: String)
    }

    /// Downloads what is missing and checks the checksum.
    ///
    /// - Parameter report: Called with one line for each stage.
    /// - Throws: `DatasetError`; what has been downloaded is kept, unless the complete file has the wrong checksum.
    func run(report: (String) -> Void) async throws(DatasetError) {
        if partialByteCount > 0, try checksum.digits(ofFile: file) == checksum.digits { return }
        try await download(report: report)
        let found = try checksum.digits(ofFile: file)
        guard found == checksum.digits else {
            try FileChange.remove(file)
            throw .checksumDiffers(
                url: url,
                algorithm: checksum.algorithm.rawValue,
                found: found,
                expected: checksum.digits
            )
        }
    }

    private func download(report: (String) -> Void) async throws(DatasetError) {
        var reason = ""
        for attempt in 1...Self.attempts {
            let resumed = partialByteCount > 0 ? ", from byte \(partialByteCount) on" : ""
            report(attempt == 1 ? "downloading \(url)\(resumed)" : "\(reason); trying again\(resumed)")
            // curl shows its progress bar on our terminal.
            let result = try await curl.run(arguments, holding: lock, messages: .currentStandardError)
            switch verdict(exitCode: result.exitCode, output: result.output) {
            case .arrived: return
            case .goOn(let problem): reason = problem
            case .startAgain(let problem):
                reason = problem
                try FileChange.remove(file)
            case .giveUp(let problem): throw .transferFailed(url: url, reason: problem)
            }
            // Gives a busy server time. A cancelled task is noticed by the next run of curl.
            try? await Task.sleep(for: .seconds(1))
        }
        throw .transferFailed(url: url, reason: "\(reason), \(Self.attempts) times")
    }

    private var partialByteCount: Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: file)
        return (attributes?[.size] as? NSNumber)?.intValue ?? 0
    }

    private var arguments: [String] {
        let progress = isatty(STDERR_FILENO) == 1 ? "--progress-bar" : "--silent"
        return [
            progress, "--fail", "--location", "--globoff", "--proto", "=https,http,file", "--continue-at", "-",
            "--connect-timeout", "30", "--speed-limit", "1000", "--speed-time", "60",
            "--write-out", "%{response_code} %{errormsg}", "--output", file, "--url", url,
        ]
    }

    /// Evaluates curl's exit code (`man curl`, "EXIT CODES") and the server's last response.
    private func verdict(exitCode: Int32, output: [UInt8]) -> Verdict {
        let words = String(decoding: output, as: UTF8.self).split(separator: " ", maxSplits: 1)
        let response = words.first.flatMap { Int($0) } ?? 0
        let message = words.count > 1 ? String(words[1]) : "curl ended with exit code \(exitCode)"
        // The requested range begins at or beyond the file's end, so the part doesn't belong to this file.
        if response == 416 { return .startAgain(reason: "the part here doesn't belong to the server's file") }
        switch exitCode {
        case 0: return .arrived
        case 33: return .startAgain(reason: "the server can't send the rest alone")
        // Interrupted, timed out, empty reply, not sent, not received, HTTP/2 stream broken.
        case 18, 28, 52, 55, 56, 92: return .goOn(reason: message)
        case 22 where response >= 500 || response == 429: return .goOn(reason: message)
        default: return .giveUp(reason: message)
        }
    }
}
