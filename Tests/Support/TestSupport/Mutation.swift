package import Tensors

/// One to four edits: changed bits, bytes with a meaning in paths, cuts, repetitions.
///
/// - Parameters:
///   - bytes: Valid input.
///   - stream: Decides on the edits.
/// - Returns: The damaged input.
package func mutated(_ bytes: [UInt8], by stream: inout RandomStream) -> [UInt8] {
    let meaningful = Array("./\n\r\\-lhd \0".utf8)
    var bytes = bytes
    for _ in 0...stream.nextInteger(below: 4) where !bytes.isEmpty {
        let position = stream.nextInteger(below: bytes.count)
        switch stream.nextInteger(below: 7) {
        case 0: bytes[position] ^= 1 << UInt8(stream.nextInteger(below: 8))
        case 1: bytes[position] = meaningful[stream.nextInteger(below: meaningful.count)]
        case 2: bytes.insert(meaningful[stream.nextInteger(below: meaningful.count)], at: position)
        case 3: bytes.insert(contentsOf: Array("../".utf8), at: position)
        case 4: bytes.removeSubrange(position...)
        case 5: bytes.remove(at: position)
        default: bytes += bytes[position...]
        }
    }
    return bytes
}
