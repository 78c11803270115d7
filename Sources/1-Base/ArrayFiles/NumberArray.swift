/// An array of numbers as stored in a file.
package struct NumberArray: Sendable {
    /// The element types that can be read.
    package enum Element: String, CaseIterable, Sendable {
        case uint8, int8, uint16, int16, uint32, int32, uint64, int64, float32, float64

        /// Bytes of an element.
        package var byteCount: Int {
            switch self {
            case .uint8, .int8: 1
            case .uint16, .int16: 2
            case .uint32, .int32, .float32: 4
            case .uint64, .int64, .float64: 8
            }
        }
    }

    /// The file, and the array in it, in errors.
    package let path: String
    /// The element type.
    package let element: Element
    /// The dimensions, outermost first.
    package let shape: [Int]
    /// Whether the first dimension varies fastest, instead of the last.
    package let isColumnMajor: Bool
    /// The elements, in this machine's byte order.
    package let bytes: [UInt8]

    /// Creates an array from bytes in either byte order; there must be as many as the shape needs.
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

    /// The number of elements.
    package var count: Int { bytes.count / element.byteCount }

    /// Bytes of an array of this shape; nil if the number overflows or a dimension is negative.
    static func byteCount(shape: [Int], element: Element) -> Int? {
        var count = element.byteCount
        for extent in shape {
            let (product, overflows) = count.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflows else { return nil }
            count = product
        }
        return count
    }

    /// The elements as integers.
    ///
    /// - Returns: As many numbers as there are elements.
    /// - Throws: `ArrayFileError.unsupported` for numbers with a fraction, or beyond 63 bits.
    package func integers() throws(ArrayFileError) -> [Int] {
        var numbers: [Int] = []
        numbers.reserveCapacity(count)
        for index in 0..<count {
            guard let number = integer(at: index) else {
                throw .unsupported(path: path, feature: "number \(index), which isn't whole,", needed: "whole numbers")
            }
            numbers.append(number)
        }
        return numbers
    }

    /// The elements in single precision.
    ///
    /// - Returns: As many numbers as there are elements.
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
