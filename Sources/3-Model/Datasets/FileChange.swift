import Foundation
import Processes

#if canImport(System)
    import Darwin
    import System
#else
    import Glibc
    import SystemPackage
#endif

/// Changes to files and folders, whose failures are `DatasetError.unwritable`.
package enum FileChange {
    /// Makes one change.
    package static func attempt(_ path: String, _ change: (String) throws -> Void) throws(DatasetError) {
        do {
            try change(path)
        } catch {
            throw .unwritable(path: path, reason: (error as? Errno)?.description ?? error.systemReason)
        }
    }

    /// Removes a file, or a folder with all that is in it; nothing being there is fine.
    package static func remove(_ path: String) throws(DatasetError) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        try attempt(path) { try FileManager.default.removeItem(atPath: $0) }
    }

    /// Has the system put a folder's list of files on the disk, so that a loss of power after a renaming finds the new name.
    package static func syncFolder(_ folder: String) throws(DatasetError) {
        try attempt(folder) { folder in
            let file = try FileDescriptor.open(FilePath(folder), .readOnly)
            try file.closeAfter {
                guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
        }
    }

    /// Has the system put a folder's files on the disk, so that a loss of power after the folder's renaming finds them whole.
    package static func syncFiles(in folder: String) throws(DatasetError) {
        try attempt(folder) { folder in
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            for path in names.map({ "\(folder)/\($0)" }) + [folder] {
                let file = try FileDescriptor.open(FilePath(path), .readOnly)
                try file.closeAfter {
                    guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
                }
            }
        }
    }
}
