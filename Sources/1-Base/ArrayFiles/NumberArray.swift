/// An array of numbers as a file holds it.
package struct NumberArray: Sendable {
    /// The kinds of numbers that are read.
    package enum Element: String, CaseIterable, Sendable {
        case uint8, int8, uint16, int16, uint32, int32, uint64, int64, float32, float64

        /// Bytes of a number.
        package var byteCount: Int {
            switch self {
            case .uint8, .int8: 1
            case .uint16, .int16: 2
            case .uint32, .int32, .float32: 4
            case .uint64, .int64, .float64: 8
            }
        }
    }

    /// Names the file, and the array in it, in errors.
    package let path: String
    /// The kind of its numbers.
    package let element: Element
    /// Its extents, outermost first.
    package let shape: [Int]
    /// Whether the first extent varies fastest, not the last.
    package let isColumnMajor: Bool
    /// Its numbers, in this machine's order of bytes.
    package let bytes: [UInt8]

    /// Puts an array together from bytes of as many numbers as the extents say, in either order of bytes.
    init(
        path: String,
        element: Element,
        shape: [Int],
        isColumnMajor: Bool = false,
        bytes: [UInt8],
        isBigEndian: Bool = false
    ) {
        self.path = path
        self.element = element
        self.shape = shape
        self.isColumnMajor = isColumnMajor
        self.bytes = isBigEndian ? Self.swapped(bytes, width: element.byteCount) : bytes
    }

    /// How many numbers there are.
    package var count: Int { bytes.count / element.byteCount }

    /// Bytes of an array of these extents; nil where there are more than a machine can count, or an extent is negative.
    static func byteCount(shape: [Int], element: Element) -> Int? {
        var count = element.byteCount
        for extent in shape {
            let (product, overflows) = count.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflows else { return nil }
            count = product
        }
        return count
    }

    /// The numbers as whole ones.
    ///
    /// - Returns: As many as there are.
    /// - Throws: `ArrayFileError.unsupported` for numbers with a fraction, or beyond 63 bits.
    package func integers() throws(ArrayFileError) -> [Int] {
        var numbers: [Int] = []
        numbers.reserveCapacity(count)
        for index in 0..<count {
            guard let number = integer(at: index) else {
                throw .unsupported(path: path, feature: "number \(index) isn't a whole one;", needed: "whole numbers")
            }
            numbers.append(number)
        }
        return numbers
    }

    /// The numbers in single precision.
    ///
    /// - Returns: As many as there are.
    package func floats() -> [Float] {
        switch element {
        case .float32: load(UInt32.self).map(Float.init(bitPattern:))
        case .float64: load(UInt64.self).map { Float(Double(bitPattern: $0)) }
        default: (0..<count).map { integer(at: $0).map(Float.init) ?? .nan }
        }
    }

    private func integer(at index: Int) -> Int? {
        func word<Bits: FixedWidthInteger>(_: Bits.Type) -> Bits {
            bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self) }
        }
        return switch element {
        case .uint8: Int(bytes[index])
        case .int8: Int(Int8(bitPattern: bytes[index]))
        case .uint16: Int(word(UInt16.self))
        case .int16: Int(word(Int16.self))
        case .uint32: Int(word(UInt32.self))
        case .int32: Int(word(Int32.self))
        case .uint64: Int(exactly: word(UInt64.self))
        case .int64: Int(word(Int64.self))
        case .float32: Int(exactly: Float(bitPattern: word(UInt32.self)))
        case .float64: Int(exactly: Double(bitPattern: word(UInt64.self)))
        }
    }

    private func load<Bits: FixedWidthInteger>(_: Bits.Type) -> [Bits] {
        bytes.withUnsafeBytes { bytes in
            (0..<count).map { bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Bits>.size, as: Bits.self) }
        }
    }

    private static func swapped(_ bytes: [UInt8], width: Int) -> [UInt8] {
        guard width > 1 else { return bytes }
        var swapped = bytes
        for start in stride(from: 0, to: bytes.count - width + 1, by: width) {
            swapped.replaceSubrange(start..<start + width, with: bytes[start..<start + width].reversed())
        }
        return swapped
    }
}
