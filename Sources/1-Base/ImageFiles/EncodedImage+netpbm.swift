import Images

/// The header of a portable gray map or pixel map (netpbm's pgm(5) and ppm(5)).
struct NetpbmHeader {
    let channels: Int
    let width: Int
    let height: Int
    /// The value of full brightness, up to 65,535.
    let maximum: Int
    /// Whether samples are written as decimal numbers.
    let isText: Bool
    /// Where the samples begin.
    let pixelOffset: Int

    var sides: (width: Int, height: Int) { (width, height) }

    init(_ file: EncodedImage) throws(ImageFileError) {
        channels = [UInt8(ascii: "3"), UInt8(ascii: "6")].contains(file.bytes[1]) ? 3 : 1
        isText = [UInt8(ascii: "2"), UInt8(ascii: "3")].contains(file.bytes[1])
        var numbers = NetpbmNumbers(bytes: file.bytes, position: 2)
        guard let width = numbers.next(), let height = numbers.next(), let maximum = numbers.next() else {
            throw file.damaged("its header isn't three numbers")
        }
        try file.check(width: width, height: height)
        guard (1...65_535).contains(maximum) else {
            throw file.damaged("\(maximum) for full brightness; 1 to 65535 needed")
        }
        (self.width, self.height, self.maximum) = (width, height, maximum)
        // One white-space character ends the header.
        pixelOffset = numbers.position + 1
    }
}

/// Reads decimal numbers separated by white space and comments.
private struct NetpbmNumbers {
    let bytes: [UInt8]
    var position: Int

    /// The next number; nil if there is none, or if it is 2³¹ or more.
    mutating func next() -> Int? {
        while position < bytes.count, Self.isSpace(bytes[position]) || bytes[position] == UInt8(ascii: "#") {
            if bytes[position] == UInt8(ascii: "#") {
                while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
            } else {
                position += 1
            }
        }
        let start = position
        var number = 0
        while position < bytes.count, let digit = Self.digit(bytes[position]), number < 1 << 31 {
            number = number * 10 + digit
            position += 1
        }
        return position > start && number < 1 << 31 ? number : nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

    private static func digit(_ byte: UInt8) -> Int? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte - UInt8(ascii: "0")) : nil
    }
}

extension EncodedImage {
    func decodedNetpbm() throws(ImageFileError) -> PixelImage {
        let header = try NetpbmHeader(self)
        let count = header.width * header.height * header.channels
        let sampleByteCount = header.maximum > 255 ? 2 : 1
        // Text needs at least a digit and a space for each sample but the last.
        let shortest = header.isText ? 2 * count - 1 : count * sampleByteCount
        guard bytes.count - header.pixelOffset >= shortest else { throw damaged("it ends before its last pixel") }
        var numbers = NetpbmNumbers(bytes: bytes, position: header.pixelOffset - 1)
        var pixels: [UInt8] = []
        pixels.reserveCapacity(count)
        for index in 0..<count {
            let sample: Int
            if header.isText {
                guard let number = numbers.next() else { throw damaged("it ends before its last pixel") }
                sample = number
            } else if sampleByteCount == 1 {
                sample = Int(bytes[header.pixelOffset + index])
            } else {
                let start = header.pixelOffset + 2 * index
                sample = Int(bytes[start]) << 8 | Int(bytes[start + 1])
            }
            guard sample <= header.maximum else {
                throw damaged("a sample of \(sample), of at most \(header.maximum)")
            }
            pixels.append(
                header.maximum == 255
                    ? UInt8(sample) : UInt8((sample * 255 + header.maximum / 2) / header.maximum)
            )
        }
        return PixelImage(width: header.width, height: header.height, channels: header.channels, pixels: pixels)
    }
}
