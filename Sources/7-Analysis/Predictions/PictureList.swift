import Foundation
import ImageFiles

/// The picture files given on a command line.
package struct PictureList: Sendable, Equatable {
    /// The name for a picture on standard input.
    package static let standardInput = "-"

    /// The files in the given order; those of a folder in the order of their names.
    package let paths: [String]

    /// - Parameter paths: The files.
    package init(paths: [String]) { self.paths = paths }

    /// Lists files, and searches folders and their subfolders for pictures.
    ///
    /// - Parameter arguments: Files, folders, or `-`. A file is listed whatever its name, even if it doesn't exist; of
    ///   a folder, the files with extensions of pictures are listed.
    /// - Throws: `PredictionsError.noPictures` for a folder without any.
    package init(arguments: [String]) throws(PredictionsError) {
        var paths: [String] = []
        for argument in arguments {
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: argument, isDirectory: &isFolder)
            guard argument != Self.standardInput, exists, isFolder.boolValue else {
                paths.append(argument)
                continue
            }
            let found = Self.pictures(in: argument)
            if found.isEmpty { throw .noPictures(folder: argument) }
            paths += found
        }
        self.paths = paths
    }

    private static func pictures(in folder: String) -> [String] {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        let pictures = names.filter { name in
            let ending = URL(fileURLWithPath: name).pathExtension.lowercased()
            return ImageFormat.fileNameEndings.contains(ending)
        }
        let root = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        return pictures.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { "\(root)/\($0)" }
    }
}
