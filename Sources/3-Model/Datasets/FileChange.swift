import Foundation
import Processes

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// Changes to files and folders that fail with `DatasetError.unwritable`.
package enum FileChange {
    /// Performs a change, and converts its error.
    package static func attempt(_ path: String, _ change: (String) throws -> Void) throws(DatasetError) {
        do {
            try change(path)
        } catch {
            throw .unwritable(path: path, reason: (error as? Errno)?.description ?? error.systemReason)
        }
    }

    /// Removes a file, or a folder with its contents; does nothing if there is none.
    package static func remove(_ path: String) throws(DatasetError) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        try attempt(path) { try FileManager.default.removeItem(atPath: $0) }
    }

    /// Waits until a folder's entries are on the disk, so that a new name survives a power failure.
    package static func syncFolder(_ folder: String) throws(DatasetError) {
        try attempt(folder) { try DiskSynchronization.synchronizeFolder($0) }
    }

    /// Waits until the files of a folder are on the disk, so that they are complete after a power failure.
    package static func syncFiles(in folder: String) throws(DatasetError) {
        try attempt(folder) { folder in
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            for name in names {
                let file = try FileDescriptor.open(FilePath("\(folder)/\(name)"), .readOnly)
                try file.closeAfter { try DiskSynchronization.synchronize(file) }
            }
            try DiskSynchronization.synchronizeFolder(folder)
        }
    }
}
