/// Reads arrays in the format of MNIST's files, gzip or not (LeCun, Cortes and Burges, "The MNIST database of
/// handwritten digits"): two zero bytes, the element type, the number of dimensions, the dimensions and the elements,
/// all big-endian.
package enum IDXFile {
    /// Reads a file.
    ///
    /// - Parameter path: Where it is.
    /// - Returns: The array.
    /// - Throws: `ArrayFileError`. Never allocates more memory than the file can fill.
    package static func read(_ path: String) throws(ArrayFileError) -> NumberArray {
        let stream = try ByteStream(path: path)
        let start = try stream.read(4)
        guard start[0] == 0, start[1] == 0, let element = element(ofCode: start[2]), start[3] >= 1 else {
            throw .damaged(path: path, reason: "its first four bytes aren't an IDX file's")
        }
        var shape: [Int] = []
        for _ in 0..<start[3] { shape.append(try stream.read(4).reduce(0) { $0 << 8 | Int($1) }) }
        guard let byteCount = NumberArray.byteCount(shape: shape, element: element) else {
            throw .damaged(path: path, reason: "it claims extents of \(shape)")
        }
        let bytes = try stream.read(byteCount)
        try stream.finish()
        return NumberArray(path: path, element: element, shape: shape, bytes: bytes, isBigEndian: true)
    }

    private static func element(ofCode code: UInt8) -> NumberArray.Element? {
        switch code {
        case 0x08: .uint8
        case 0x09: .int8
        case 0x0B: .int16
        case 0x0C: .int32
        case 0x0D: .float32
        case 0x0E: .float64
        default: nil
        }
    }
}
