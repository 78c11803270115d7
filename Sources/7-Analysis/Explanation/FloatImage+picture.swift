import Datasets
import Images

extension FloatImage {
    /// A picture of a network's input, without its normalization.
    func photograph(_ normalization: Normalization) -> PixelImage {
        var bytes: [UInt8] = []
        for (index, value) in values.enumerated() {
            let channel = index % channels
            bytes.append(byte((value * normalization.standardDeviation[channel] + normalization.mean[channel]) * 255))
        }
        return PixelImage(width: width, height: height, channels: channels, pixels: bytes)
    }

    /// A picture of weights over an image's channels: 0 is mid-gray, and the largest magnitude has full brightness.
    func weightPicture() -> PixelImage {
        let limit = max(largestMagnitude, .leastNormalMagnitude)
        return PixelImage(
            width: width,
            height: height,
            channels: channels,
            pixels: values.map { byte(($0 / limit + 1) * 127.5) }
        )
    }

    /// A picture of one value per pixel: sequential colors from 0 if no value is negative, otherwise diverging colors.
    ///
    /// The last color is for the magnitude `limit`, by default the largest one.
    func map(limit: Float? = nil) -> PixelImage {
        let limit = max(limit ?? largestMagnitude, .leastNormalMagnitude)
        let hasNegatives = values.contains { $0 < 0 }
        return colored { value in
            hasNegatives
                ? ColorScale.diverging.color(at: (value / limit + 1) / 2)
                : ColorScale.sequential.color(at: value / limit)
        }
    }

    /// The same with diverging colors in any case.
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
