import Images
import Networks
import Tensors

extension Subject {
    private static let tileLimit = 64

    /// Why parts of the gallery are missing for this network.
    var omissions: [String] {
        var missing: [String] = []
        if firstLayerTiles == nil {
            missing.append("\(name): the first layer with weights doesn't see the image, so they are no pictures.")
        }
        if network.filterLayers.isEmpty {
            missing.append(
                "\(name): without a convolution there are no filters, feature maps, strongest patches or Grad-CAM."
            )
        }
        return missing
    }

    /// The weights of the first layer as pictures; nil if its input isn't the image.
    var firstLayer: GalleryFigure? {
        guard let tiles = firstLayerTiles else { return nil }
        let shown = tiles.shown.map { $0.weightPicture() }
        let kind = tiles.isConvolution ? "filters of \(shown[0].height)×\(shown[0].width) pixels" : "units' weights"
        let which = shown.count < tiles.count ? ", the \(shown.count) largest by norm" : ""
        return GalleryFigure(
            name: "\(name)-first-layer",
            picture: .mosaic(shown, columns: 8, widthPixels: 512),
            caption: "\(title): \(tiles.count) \(kind)\(which)"
        )
    }

    private struct Tiles {
        let shown: [FloatImage]
        let count: Int
        let isConvolution: Bool
    }

    private var firstLayerTiles: Tiles? {
        guard let weight = network.replica.network.parameters.first else { return nil }
        let extent = network.inputExtent
        let isConvolution = weight.shape.count == 4
        let (height, width, channels): (Int, Int, Int)
        if isConvolution {
            (channels, height, width) = (weight.shape[1], weight.shape[2], weight.shape[3])
        } else if weight.shape.count == 2, weight.shape[1] == extent.height * extent.width * extent.channels {
            (height, width, channels) = (extent.height, extent.width, extent.channels)
        } else {
            return nil
        }
        let values = weight.values(in: network.replica.parameters.slice)
        let size = values.count / weight.shape[0]
        let all = (0..<weight.shape[0]).map { unit in
            FloatImage(
                planes: Array(values[unit * size..<(unit + 1) * size]),
                height: height,
                width: width,
                channels: channels
            )
        }
        let shown = all.count <= Self.tileLimit ? all : Array(all.sorted { $0.norm > $1.norm }.prefix(Self.tileLimit))
        return Tiles(shown: shown, count: all.count, isConvolution: isConvolution)
    }
}

extension FloatImage {
    /// Creates an image from planes, `[C, H, W]`, as in files.
    init(planes: [Float], height: Int, width: Int, channels: Int) {
        let pixelCount = height * width
        let values = (0..<planes.count).map { planes[$0 % channels * pixelCount + $0 / channels] }
        self.init(height: height, width: width, channels: channels, values: values)
    }

    fileprivate var norm: Float { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}
