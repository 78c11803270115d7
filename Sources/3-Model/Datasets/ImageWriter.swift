/// The inner loops of loading images: one table look-up for each pixel value.
///
/// It uses pointers to the tables, because bounds checks and reference counts would take longer than the work;
/// `BatchLoader` has checked every index before.
struct ImageWriter {
    let shape: ImageShape
    /// The stored records.
    let segments: UnsafeBufferPointer<PixelStorage.Segment>
    /// The normalized float for each pixel value, `[C, 256]`.
    let values: UnsafePointer<Float>
    /// The stored row of each output row, the stored column of each output column, for every placement.
    let positions: UnsafePointer<Int32>
    /// The destination of each output pixel, `[H × W]`; nil if pixels stay in place.
    let permutation: UnsafePointer<Int32>?

    /// Writes one image `[H, W, C]` of bytes.
    ///
    /// - Parameters:
    ///   - record: The number of the stored image.
    ///   - firstRow: The start of the table of its rows in `positions`.
    ///   - firstColumn: The start of the table of its columns in `positions`.
    ///   - output: The image.
    func write(_ record: Int, firstRow: Int, firstColumn: Int, into output: UnsafeMutablePointer<Float>) {
        let (channels, width) = (shape.channels, shape.width)
        let pixels = PixelStorage.start(ofRecord: record, in: segments).assumingMemoryBound(to: UInt8.self)
        let columns = positions + firstColumn
        for row in 0..<shape.height {
            let sourceRow = pixels + Int(positions[firstRow + row]) * width
            for channel in 0..<channels {
                let source = sourceRow + channel * shape.planeCount
                let channelValues = values + channel * 256
                if let destinations = permutation.map({ $0 + row * width }) {
                    for column in 0..<width {
                        output[Int(destinations[column]) * channels + channel] =
                            channelValues[Int(source[Int(columns[column])])]
                    }
                    continue
                }
                var target = output + row * width * channels + channel
                for column in 0..<width {
                    target.pointee = channelValues[Int(source[Int(columns[column])])]
                    target += channels
                }
            }
        }
    }
}
