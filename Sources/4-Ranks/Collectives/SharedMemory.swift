/// One region of memory for each rank of a node, all of them visible to every rank.
public final class SharedMemory: @unchecked Sendable {
    /// Each rank's region by rank, zeroed, aligned to a cache line.
    public let regions: [UnsafeMutableRawBufferPointer]
    private let release: @Sendable () -> Void

    package init(regions: [UnsafeMutableRawBufferPointer], release: @escaping @Sendable () -> Void) {
        self.regions = regions
        self.release = release
    }

    deinit { release() }

    /// Cache lines are not shared between regions: each starts on a page.
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
