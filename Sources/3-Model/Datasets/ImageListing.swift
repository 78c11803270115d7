import ArrayFiles
import Foundation
import ImageFiles

#if canImport(System)
    import Darwin
#else
    import Glibc
#endif

/// The picture files of a data set, with their classes, and which are for training; no file is opened for this.
package struct ImageListing: Sendable {
    /// One picture.
    package struct Entry: Sendable, Equatable {
        /// The file.
        package let path: String
        /// Its name in the data set.
        package let name: String
        /// Its class.
        package let label: UInt16
    }

    /// The folder or table that was listed.
    package let source: String
    /// The name of each class, by label.
    package let classNames: [String]
    /// The training pictures and then the test pictures, both sorted by class and name.
    package let entries: [Entry]
    /// The number of training pictures.
    package let trainingCount: Int

    private init(source: String, classNames: [String], training: [Entry], test: [Entry]) {
        self.source = source
        self.classNames = classNames
        entries = training + test
        trainingCount = training.count
    }

    /// Lists a folder with `train/CLASS/` and `test/CLASS/`, or with a folder for each class; or a folder with
    /// `train.csv` and `test.csv`, or a table, with a picture's path and its class on each line.
    ///
    /// - Parameters:
    ///   - root: The folder, or the table.
    ///   - isTable: Whether tables name the pictures.
    ///   - testFraction: The fraction of each class for testing, if the data set isn't split; chosen by a fixed
    ///     permutation.
    ///   - needsTest: Whether there have to be test images, as for training; otherwise all images are listed as they
    ///     are.
    /// - Throws: `DatasetError`.
    package init(
        root: String,
        isTable: Bool,
        testFraction: Double?,
        needsTest: Bool = true
    ) throws(DatasetError) {
        let (first, second) = isTable ? ("train.csv", "test.csv") : ("train", "test")
        var parts: [NamedPart] = []
        let hasBoth = FileManager.default.fileExists(atPath: "\(root)/\(first)")
        for part in hasBoth ? [first, second] : [""] {
            let path = part.isEmpty ? root : "\(root)/\(part)"
            parts.append(try isTable ? Self.table(path, root: root) : Self.folder(path, root: root, part: part))
        }
        guard hasBoth != (testFraction != nil) || !hasBoth && !needsTest else {
            throw .invalidOption(
                name: "dataset.testFraction",
                found: testFraction.map { "\($0)" } ?? "none",
                needed: hasBoth
                    ? "none (\(root) has \(first) and \(second))"
                    : "a number between 0 and 1 (\(root) has no \(first) and \(second))"
            )
        }
        try self.init(parts, source: root, testFraction: testFraction, needsTest: needsTest)
    }

    /// Pictures and the names of their classes.
    private struct NamedPart {
        var path: String
        /// By class.
        var pictures: [String: [(path: String, name: String)]] = [:]
    }

    private init(
        _ parts: [NamedPart],
        source: String,
        testFraction: Double?,
        needsTest: Bool
    ) throws(DatasetError) {
        let names = parts[0].pictures.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard !names.isEmpty else {
            throw .unsuitable(
                "\(source): no classes found; a folder of pictures for each, or a table with a path and a class a line, needed"
            )
        }
        guard names.count <= ImageSet.maximumClassCount else {
            throw .unsuitable(
                "\(source): \(names.count) classes found, at most \(ImageSet.maximumClassCount) can be told apart"
            )
        }
        if let empty = names.first(where: { parts[0].pictures[$0]?.isEmpty == true }) {
            throw .unsuitable("\(parts[0].path): class \(Self.quoted(empty)) has no pictures; add some or remove it")
        }
        if parts.count > 1, let unknown = parts[1].pictures.keys.sorted().first(where: { parts[0].pictures[$0] == nil })
        {
            throw .unsuitable(
                "\(parts[1].path): class \(Self.quoted(unknown)) is only there, and not in \(parts[0].path); nothing could learn it"
            )
        }
        let lists = parts.map { part in
            names.enumerated().flatMap { label, name in
                (part.pictures[name] ?? []).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }.map {
                    Entry(path: $0.path, name: $0.name, label: UInt16(label))
                }
            }
        }
        var (training, test) = (lists[0], lists.count > 1 ? lists[1] : [])
        if let testFraction {
            let split = ClassSplit(labels: training.map(\.label), secondFraction: testFraction)
            test = split.second.map { training[Int($0)] }
            training = split.first.map { training[Int($0)] }
        }
        guard !training.isEmpty, !test.isEmpty || !needsTest else {
            throw .unsuitable(
                "\(source): \(training.count) training and \(test.count) test pictures found, at least one of each needed"
            )
        }
        self.init(source: source, classNames: names, training: training, test: test)
    }

    private static func notFound(_ path: String) -> DatasetError {
        .unsuitable("\(path): not found; name the folder of your pictures")
    }

    /// A name in quotes on one line, for messages.
    static func quoted(_ name: String) -> String { "'" + name.debugDescription.dropFirst().dropLast() + "'" }

    // MARK: Folders

    private static func folder(_ path: String, root: String, part: String) throws(DatasetError) -> NamedPart {
        var result = NamedPart(path: path)
        guard let real = realpath(root, nil) else { throw notFound(root) }
        defer { free(real) }
        let boundary = String(cString: real) + "/"
        for name in try names(in: path) {
            let folder = "\(path)/\(name)"
            // Other files, such as a README, are not classes.
            guard kind(of: folder) == S_IFDIR else { continue }
            var pictures: [(path: String, name: String)] = []
            try collect(folder, name: part.isEmpty ? name : "\(part)/\(name)", boundary: boundary, into: &pictures)
            result.pictures[name] = pictures
        }
        return result
    }

    /// The names in a folder, in no order, except those that begin with a dot.
    private static func names(in folder: String) throws(DatasetError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }
        } catch CocoaError.fileReadNoSuchFile {
            throw notFound(folder)
        } catch {
            throw .unreadable(path: folder, reason: error.localizedDescription)
        }
    }

    /// Adds the pictures of a folder and of its subfolders.
    private static func collect(
        _ folder: String,
        name: String,
        boundary: String,
        depth: Int = 0,
        into pictures: inout [(path: String, name: String)]
    ) throws(DatasetError) {
        guard depth < 64 else {
            throw .unsuitable("\(folder): more than 64 folders deep; is there a symbolic link to itself?")
        }
        try requireInside(folder, boundary: boundary)
        for entry in try names(in: folder) {
            let path = "\(folder)/\(entry)"
            let ending = entry.split(separator: ".").last.map { $0.lowercased() } ?? ""
            if kind(of: path) == S_IFDIR {
                try collect(path, name: "\(name)/\(entry)", boundary: boundary, depth: depth + 1, into: &pictures)
            } else if ImageFormat.fileNameEndings.contains(ending) {
                try requireInside(path, boundary: boundary)
                pictures.append((path, "\(name)/\(entry)"))
            }
        }
    }

    /// The type bits of a file's mode, following symbolic links; 0 if there is no file.
    private static func kind(of path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : 0
    }

    /// Rejects a symbolic link that leads out of the data set.
    private static func requireInside(_ path: String, boundary: String) throws(DatasetError) {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return }
        guard let target = realpath(path, nil) else { throw notFound(path) }
        defer { free(target) }
        guard (String(cString: target) + "/").hasPrefix(boundary) else {
            throw .unsuitable(
                "\(path): a symbolic link out of the data set, to \(String(cString: target)); copy what it leads to, or remove it"
            )
        }
    }

    // MARK: Tables

    private static func table(_ path: String, root: String) throws(DatasetError) -> NamedPart {
        var result = NamedPart(path: path)
        let folder = (path as NSString).deletingLastPathComponent
        let rows = try DatasetError.translating { () throws(ArrayFileError) in try CSVFile.read(path) }
        for (index, row) in rows.enumerated() {
            guard row.fields.count == 2, !row.fields[0].isEmpty, !row.fields[1].isEmpty else {
                throw .unsuitable(
                    "\(path): line \(row.line): \(row.fields.count) fields found, a path and a class needed"
                )
            }
            let name = row.fields[0]
            if index == 0, ["path", "image", "file", "filename"].contains(name.lowercased()) { continue }
            let picture = name.hasPrefix("/") ? name : folder.isEmpty ? name : "\(folder)/\(name)"
            result.pictures[row.fields[1], default: []].append((picture, name))
        }
        return result
    }
}
