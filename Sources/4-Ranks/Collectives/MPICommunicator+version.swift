import COpenMPI

extension MPICommunicator {
    /// The name and version of the MPI library, on one line.
    ///
    /// MPI need not be initialized.
    package static var libraryVersion: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: copenmpi_library_version_capacity()) { text in
            var length: Int32 = 0
            guard let start = text.baseAddress, MPI_Get_library_version(start, &length) == MPI_SUCCESS else {
                return "unknown"
            }
            let version = String(decoding: text.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            return version.prefix { $0 != "," && $0 != "\n" && $0 != "\0" }.description
        }
    }
}
