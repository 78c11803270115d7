package import Images
import Networks

extension ExplainedNetwork {
    /// The name of the method that `evidence` uses.
    package var evidenceMethod: String {
        gradCAMLayer.map { "Grad-CAM of layer \(layers[$0].name), after ReLU as in the paper, over the image" }
            ?? "saliency, because the network has no convolution: the derivative of the class's logit, largest channel"
    }

    /// A picture of an image, and beside it the regions that speak for some classes.
    ///
    /// - Parameters:
    ///   - image: The network's input.
    ///   - photograph: The image for display, of the same size.
    ///   - labels: The classes.
    ///   - tileWidth: About how wide each part is, in pixels.
    /// - Returns: One picture in color.
    package func evidence(
        in image: FloatImage,
        photograph: PixelImage,
        for labels: [Int],
        tileWidth: Int
    ) -> PixelImage {
        let maps = labels.map { label in
            guard let layer = gradCAMLayer else {
                return saliency(of: image, label: label).mapPixels { $0.max() ?? 0 }.map()
            }
            let map = gradCAM(of: image, label: label, layer: layer, appliesReLU: true)
            return photograph.blended(with: map.resized(height: image.height, width: image.width).map())
        }
        let tiles = [photograph.inColor] + maps
        return .mosaic(tiles, columns: tiles.count, widthPixels: tiles.count * tileWidth)
    }
}
