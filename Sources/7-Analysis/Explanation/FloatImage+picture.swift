import Datasets
import Images

extension FloatImage {
    /// A picture of what a network sees: normalization undone.
    func photograph(_ normalization: Normalization) -> PixelImage {
        var bytes: [UInt8] = []
        for (index, value) in values.enumerated() {
            let channel = index % channels
            bytes.append(byte((value * normalization.deviation[channel] + normalization.mean[channel]) * 255))
        }
        return PixelImage(width: width, height: height, channels: channels, pixels: bytes)
    }

    /// A picture of weights over an image's channels: mid-gray is 0, and the largest magnitude reaches full brightness.
    func weightPicture() -> PixelImage {
        let limit = max(largestMagnitude, .leastNormalMagnitude)
        return PixelImage(
            width: width,
            height: height,
            channels: channels,
            pixels: values.map { byte(($0 / limit + 1) * 127.5) }
        )
    }

    /// A picture of one number a pixel: sequential colors from 0 where none is negative, diverging ones otherwise.
    ///
    /// The magnitude `limit`, by default the largest there is, gets the last color.
    func map(limit: Float? = nil) -> PixelImage {
        let limit = max(limit ?? largestMagnitude, .leastNormalMagnitude)
        let hasNegatives = values.contains { $0 < 0 }
        return colored { value in
            hasNegatives
                ? ColorScale.diverging.color(at: (value / limit + 1) / 2)
                : ColorScale.sequential.color(at: value / limit)
        }
    }

    /// The same, with signs whether there are any or not.
    func signedMap(limit: Float) -> PixelImage {
        let limit = max(limit, .leastNormalMagnitude)
        return colored { ColorScale.diverging.color(at: ($0 / limit + 1) / 2) }
    }

    var largestMagnitude: Float { values.reduce(0) { max($0, abs($1)) } }

    private func colored(_ color: (Float) -> SIMD3<Float>) -> PixelImage {
        precondition(channels == 1, "map: \(channels) channels found, 1 needed")
        let bytes = values.flatMap { value in
            let color = color(value)
            return [byte(color.x), byte(color.y), byte(color.z)]
        }
        return PixelImage(width: width, height: height, channels: 3, pixels: bytes)
    }
}

private func byte(_ value: Float) -> UInt8 { UInt8(min(max(value.rounded(), 0), 255)) }
