/// Memory with one region for each rank of a node, visible to all of them.
package final class SharedMemory: @unchecked Sendable {
    /// Each rank's region by rank, zeroed, aligned to a cache line.
    package let regions: [UnsafeMutableRawBufferPointer]
    private let release: @Sendable () -> Void

    package init(regions: [UnsafeMutableRawBufferPointer], release: @escaping @Sendable () -> Void) {
        self.regions = regions
        self.release = release
    }

    deinit { release() }

    /// Each region starts on a page, so that no two share a cache line.
    package static let alignment = 4096

    /// Regions of ordinary memory, for ranks that are threads of one process.
    package static func allocate(byteCounts: [Int]) -> SharedMemory {
        let regions = byteCounts.map { count in
            let region = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: alignment)
            region.initializeMemory(as: UInt8.self, repeating: 0)
            return UnsafeMutableRawBufferPointer(rebasing: region[0..<count])
        }
        let addresses = regions.map { Int(bitPattern: $0.baseAddress) }
        return SharedMemory(regions: regions) {
            for address in addresses { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
        }
    }
}
