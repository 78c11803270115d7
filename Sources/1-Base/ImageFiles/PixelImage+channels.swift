package import Images

extension PixelImage {
    /// The same picture in gray or RGB.
    ///
    /// Gray is the luma of ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, in integers.
    ///
    /// - Parameter count: 1 or 3.
    /// - Returns: The picture.
    package func withChannels(_ count: Int) -> PixelImage {
        precondition(count == 1 || count == 3, "PixelImage: \(count) channels found, 1 or 3 needed")
        guard count != channels else { return self }
        let pixelCount = width * height
        let converted = [UInt8](unsafeUninitializedCapacity: pixelCount * count) { target, initializedCount in
            pixels.withUnsafeBufferPointer { source in
                for pixel in 0..<pixelCount {
                    if count == 1 {
                        let (red, green, blue) = (source[3 * pixel], source[3 * pixel + 1], source[3 * pixel + 2])
                        let sum = 19_595 * UInt32(red) + 38_470 * UInt32(green) + 7_471 * UInt32(blue)
                        target[pixel] = UInt8((sum + 0x8000) >> 16)
                    } else {
                        for channel in 0..<3 { target[3 * pixel + channel] = source[pixel] }
                    }
                }
            }
            initializedCount = pixelCount * count
        }
        return PixelImage(width: width, height: height, channels: count, pixels: converted)
    }
}
