import CDigits
import Tensors

/// The 1,797 handwritten digits of 8x8 pixels that are part of the program, so that no download is needed.
///
/// Optical Recognition of Handwritten Digits (E. Alpaydin and C. Kaynak, 1998), UCI Machine Learning Repository,
/// https://doi.org/10.24432/C50P49, CC BY 4.0; the same images as scikit-learn's `load_digits`.
package enum DigitsDataset {
    /// The first images of the fixed permutation are for training, the other 360 for testing.
    static let trainingCount = 1_437

    /// The shape, classes and number of images.
    package static let description = DatasetDescription(
        shape: shape,
        classNames: (0...9).map(String.init),
        trainingCount: trainingCount,
        testCount: count - trainingCount
    )

    private static let shape = ImageShape(channels: 1, height: 8, width: 8)
    private static let count = 1_797

    /// Decodes the images and splits them, always in the same way.
    ///
    /// - Returns: 1,437 training and 360 test images `[1, 8, 8]`, with pixels of 0 to 16.
    package static func load() -> ImageDataset {
        let all = decoded()
        var stream = RandomStream(seed: 0, purpose: .imageSelection)
        let order = stream.permutation(of: count)
        return ImageDataset(
            name: "digits",
            classNames: (0...9).map(String.init),
            maximumPixelValue: 16,
            normalization: Normalization(mean: [0.3053], standardDeviation: [0.3760]),
            training: all.selection(order[..<trainingCount]),
            test: all.selection(order[trainingCount...])
        )
    }

    /// All images, in their original order.
    package static func decoded() -> ImageSet {
        // A label, the pixels and a line feed.
        let lineByteCount = 1 + shape.count + 1
        let text = UnsafeBufferPointer(start: digits_text(), count: digits_text_byte_count())
        precondition(text.count == count * lineByteCount, "DigitsDataset: digits.txt has another number of lines")
        var pixels: [UInt8] = []
        pixels.reserveCapacity(count * shape.count)
        var labels: [UInt8] = []
        for start in stride(from: 0, to: text.count, by: lineByteCount) {
            labels.append(value(ofDigit: text[start]))
            pixels.append(contentsOf: text[(start + 1)..<(start + 1 + shape.count)].lazy.map(value(ofDigit:)))
        }
        return ImageSet(shape: shape, pixels: pixels, labels: labels)
    }

    private static func value(ofDigit character: UInt8) -> UInt8 {
        character <= UInt8(ascii: "9") ? character - UInt8(ascii: "0") : character - UInt8(ascii: "a") + 10
    }
}
