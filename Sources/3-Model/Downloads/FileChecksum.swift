import Crypto
package import Datasets

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// The checksum of a file to download.
package struct FileChecksum: Sendable, Equatable {
    /// How the digest is computed.
    package enum Algorithm: String, Sendable {
        /// The one that CIFAR-10's authors publish; it detects damage, but not forgery.
        case md5
        /// For the user's own sources.
        case sha256

        var digitCount: Int { self == .md5 ? 32 : 64 }
    }

    /// How the digest is computed.
    package let algorithm: Algorithm
    /// The digest in lowercase hexadecimal digits.
    package let digits: String

    /// The MD5 that CIFAR-10's authors publish for `cifar-10-binary.tar.gz`.
    package static let officialCIFAR10 = FileChecksum(unchecked: .md5, "c32a1d4ab5d03f1284b67883e8d87530")

    /// A checksum given by the user.
    ///
    /// - Parameters:
    ///   - algorithm: How the digest is computed.
    ///   - digits: Hexadecimal, in either case: 32 digits for MD5, 64 for SHA-256.
    /// - Throws: `DatasetError.invalidOption` for anything else.
    package init(_ algorithm: Algorithm, _ digits: String) throws(DatasetError) {
        guard digits.utf8.count == algorithm.digitCount, digits.allSatisfy(\.isHexDigit)
        else {
            throw .invalidOption(
                name: "--\(algorithm.rawValue)",
                found: digits,
                needed: "\(algorithm.digitCount) hexadecimal digits"
            )
        }
        self.init(unchecked: algorithm, digits.lowercased())
    }

    init(unchecked algorithm: Algorithm, _ digits: String) {
        self.algorithm = algorithm
        self.digits = digits
    }

    /// The digest of a file, by the same algorithm.
    func digits(ofFile path: String) throws(DatasetError) -> String {
        do {
            return switch algorithm {
            case .md5: try Self.digest(ofFile: path, with: Insecure.MD5())
            case .sha256: try Self.digest(ofFile: path, with: SHA256())
            }
        } catch Errno.noSuchFileOrDirectory {
            throw .missing(path: path)
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
    }

    private static func digest(ofFile path: String, with function: some HashFunction) throws -> String {
        var function = function
        let file = try FileDescriptor.open(FilePath(path), .readOnly)
        return try file.closeAfter {
            try withUnsafeTemporaryAllocation(byteCount: 1 << 20, alignment: 16) { chunk in
                while true {
                    let count = try file.read(into: chunk)
                    if count == 0 { return function.finalize().hexadecimal }
                    function.update(bufferPointer: UnsafeRawBufferPointer(rebasing: chunk[..<count]))
                }
            }
        }
    }
}
