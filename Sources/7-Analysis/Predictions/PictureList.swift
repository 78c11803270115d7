import Foundation
import ImageFiles

/// Picture files that a command line names.
package struct PictureList: Sendable, Equatable {
    /// What stands for a picture on standard input.
    package static let standardInput = "-"

    /// The files, in the order in which they were named; of a folder by their names.
    package let paths: [String]

    /// - Parameter paths: The files.
    package init(paths: [String]) { self.paths = paths }

    /// Looks into the folders that are named, and the folders in them.
    ///
    /// - Parameter arguments: Files, folders, or `-`. A file is taken whatever its name, even where there is none; of a
    ///   folder what is named as a picture is.
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
