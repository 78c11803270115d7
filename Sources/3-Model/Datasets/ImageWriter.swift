/// The inner loops of loading images: a table look-up for each pixel value, and nothing else.
///
/// It borrows the tables as pointers, because bounds checks and reference counts would take longer than the
/// work; `BatchLoader` has checked every index by then.
struct ImageWriter {
    let shape: ImageShape
    /// Where the stored records are.
    let segments: UnsafeBufferPointer<PixelStorage.Segment>
    /// The normalized float of each pixel value `[C, 256]`.
    let values: UnsafePointer<Float>
    /// The stored row of each output row, the stored column of each output column, for every placement.
    let positions: UnsafePointer<Int32>
    /// Where each output pixel `[H × W]` goes; nil where it stays.
    let permutation: UnsafePointer<Int32>?

    /// Writes one image `[H, W, C]` of bytes.
    ///
    /// - Parameters:
    ///   - record: Which of the stored images.
    ///   - firstRow: Where the table of its rows starts among `positions`.
    ///   - firstColumn: Where the table of its columns starts among `positions`.
    ///   - output: Receives the image.
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
