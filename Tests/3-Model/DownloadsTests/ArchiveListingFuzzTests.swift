import Datasets
import Downloads
import Foundation
import Tensors
import TestSupport
import Testing

/// Mutated listings, always the same ones; SWIFT_DP_FUZZ multiplies their number.
@Suite(.timeLimit(.minutes(10))) struct ArchiveListingFuzzTests {
    private let roundCount = 20_000 * (ProcessInfo.processInfo.environment["SWIFT_DP_FUZZ"].flatMap(Int.init) ?? 1)

    @Test func mutatedListingsAreAcceptedOnlyWhenSafe() {
        let folder = TemporaryCIFAR10.folderName
        let names = Array("\(folder)/\n\(folder)/data_batch_1.bin\n\(folder)/batches.meta.txt\n".utf8)
        let details = Array(
            """
            drwxr-xr-x 2156/1103 0 2009-06-04 20:33 \(folder)/
            -rw-r--r-- 2156/1103 30730000 2009-06-04 20:33 \(folder)/data_batch_1.bin
            -rw-r--r-- 2156/1103 61 2009-06-04 20:33 \(folder)/batches.meta.txt

            """.utf8
        )
        var accepted = 0
        for round in 0..<roundCount {
            var stream = RandomStream(seed: 3, purpose: .benchmark, index: round)
            let names = mutated(names, by: &stream)
            let details = stream.nextInteger(below: 2) == 0 ? details : mutated(details, by: &stream)
            do throws(DatasetError) {
                try ArchiveListing.check(names: names, details: details, archive: "fuzz", folder: folder)
                accepted += 1
                for path in String(decoding: names, as: UTF8.self).split(separator: "\n") {
                    let resolved = (("/root/" + path) as NSString).standardizingPath
                    #expect("\(resolved)/".hasPrefix("/root/\(folder)/"), "\(path)")
                }
            } catch {
                continue
            }
        }
        #expect((1..<roundCount).contains(accepted))
    }
}
