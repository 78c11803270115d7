package import Datasets

/// Decides by tar's listings whether an archive may be unpacked.
package enum ArchiveListing {
    /// Accepts regular files and folders inside one folder, and nothing else.
    ///
    /// Two listings are read, because tar programs differ in where a detailed line has the name and in how it shows a
    /// link. All of them begin a detailed line with the entry's type.
    ///
    /// - Parameters:
    ///   - names: What `tar --list` writes: one name a line.
    ///   - details: What `tar --list --verbose` writes: one line per entry, whose first character is its type.
    ///   - archive: The archive's path, for the message.
    ///   - folder: The folder that must contain every entry.
    /// - Throws: `DatasetError.unsafeArchive` naming the first entry that leads elsewhere or is neither file nor
    ///   folder; `DatasetError.damagedArchive` when the listings don't belong together.
    package static func check(
        names: [UInt8],
        details: [UInt8],
        archive: String,
        folder: String
    ) throws(DatasetError) {
        let names = lines(names)
        let details = lines(details)
        guard !names.isEmpty, names.count == details.count else {
            throw .damagedArchive(
                path: archive,
                reason: "\(names.count) names and \(details.count) detailed lines found"
            )
        }
        for (name, detail) in zip(names, details) {
            if let problem = problem(name: name, type: detail.first, folder: folder) {
                throw .unsafeArchive(entry: String(decoding: name, as: UTF8.self), problem: problem)
            }
        }
    }

    private static func problem(name: ArraySlice<UInt8>, type: UInt8?, folder: String) -> String? {
        guard type == UInt8(ascii: "-") || type == UInt8(ascii: "d") else {
            return "is neither a regular file nor a folder"
        }
        guard name.first != UInt8(ascii: "/") else { return "has an absolute path" }
        var components = name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if type == UInt8(ascii: "d"), components.last?.isEmpty == true { components.removeLast() }
        guard !components.contains(where: { $0.isEmpty || $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) })
        else {
            return "has a path with '..', '.' or nothing between slashes"
        }
        guard components.first?.elementsEqual(folder.utf8) == true, type == UInt8(ascii: "d") || components.count > 1
        else {
            return "is outside \(folder)/"
        }
        guard name.allSatisfy(isPlain) else { return "has a name with unusual characters" }
        return nil
    }

    /// Letters, digits and `._-/`: tar may escape other characters, so that the listed name isn't the real one.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "-")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func lines(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        let ended = text.last == UInt8(ascii: "\n") ? text.dropLast() : text[...]
        return ended.isEmpty ? [] : ended.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    }
}
