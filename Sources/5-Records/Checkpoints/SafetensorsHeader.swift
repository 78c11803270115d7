/// The header of a safetensors file: the description of each tensor, and the metadata.
struct SafetensorsHeader {
    /// One tensor's place in the data.
    struct Entry {
        let description: TensorDescription
        /// Offsets of the first byte and of the one after the last, from the start of the data.
        let begin: Int
        let end: Int
    }

    private(set) var entries: [Entry] = []
    private(set) var metadata: [String: String] = [:]

    /// Reads the header's JSON to its end.
    init(_ scanner: inout HeaderScanner) throws(CheckpointError) {
        var names: Set<String> = []
        try scanner.openObject()
        while let name = try scanner.nextKey(&names) {
            if name == Safetensors.metadataKey {
                var keys: Set<String> = []
                try scanner.openObject()
                while let key = try scanner.nextKey(&keys) { metadata[key] = try scanner.string() }
            } else {
                entries.append(try Self.entry(named: name, &scanner))
            }
        }
        try scanner.finish()
    }

    /// Checks that the tensors fill the data without gaps or overlaps.
    ///
    /// - Returns: The entries in the order of their data.
    func contiguousEntries(dataByteCount: Int, path: String) throws(CheckpointError) -> [Entry] {
        let sorted = entries.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
        var previousEnd = 0
        for entry in sorted {
            guard entry.begin == previousEnd else {
                throw .malformed(
                    path: path,
                    problem: "tensor \(entry.description.name): begins at \(entry.begin), \(previousEnd) expected"
                )
            }
            guard let byteCount = Self.byteCount(entry.description.shape), entry.end - entry.begin == byteCount else {
                throw .malformed(
                    path: path,
                    problem: "tensor \(entry.description): \(entry.end - entry.begin) bytes do not fit the shape"
                )
            }
            previousEnd = entry.end
        }
        guard previousEnd == dataByteCount else {
            throw .malformed(
                path: path,
                problem: "\(previousEnd) bytes of tensors expected, \(dataByteCount) bytes found"
            )
        }
        return sorted
    }

    /// The number of bytes of a shape's elements; nil if it overflows.
    private static func byteCount(_ shape: [Int]) -> Int? {
        var product = MemoryLayout<Float>.size
        for extent in shape {
            let (next, overflow) = product.multipliedReportingOverflow(by: extent)
            if overflow { return nil }
            product = next
        }
        return product
    }

    private static func entry(named name: String, _ scanner: inout HeaderScanner) throws(CheckpointError) -> Entry {
        var keys: Set<String> = []
        var dtype: String?
        var shape: [Int]?
        var offsets: [Int] = []
        try scanner.openObject()
        while let key = try scanner.nextKey(&keys) {
            switch key {
            case "dtype": dtype = try scanner.string()
            case "shape": shape = try scanner.integers()
            case "data_offsets": offsets = try scanner.integers()
            default: throw scanner.malformed("tensor \(name): unknown key \(key)")
            }
        }
        guard let dtype, let shape, offsets.count == 2, offsets[0] <= offsets[1] else {
            throw scanner.malformed("tensor \(name): dtype, shape and two ascending data_offsets needed")
        }
        guard dtype == Safetensors.dtype else {
            throw scanner.malformed("tensor \(name): type \(Safetensors.dtype) expected, \(dtype) found")
        }
        return Entry(description: TensorDescription(name: name, shape: shape), begin: offsets[0], end: offsets[1])
    }
}
