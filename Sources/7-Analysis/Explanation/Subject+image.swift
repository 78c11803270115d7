import Datasets
import Formatting
import Foundation
import ImageFiles
import Images
import Networks
import Tensors

extension Subject {
    private static let pictureWidth = 160

    /// All pictures of one test image.
    func explain(image index: Int) -> [[GalleryFigure]] {
        let set = source.dataset.test
        return explain(source.image(index, of: set), truth: Int(set.labels[index]), prefix: "\(name)-image-\(index)")
    }

    /// All pictures of a user's own image.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - number: Its position among the user's images, for the names of files.
    /// - Returns: Groups of pictures.
    /// - Throws: `ImageFileError`.
    func explain(file path: String, number: Int) throws(ImageFileError) -> [[GalleryFigure]] {
        let buffer = AlignedBuffer(count: pictures.shape.count)
        pictures.load([try pictures.picture(at: path)], into: buffer.slice)
        let image = network.image(Array(buffer.slice.array.prefix(pictures.shape.count)))
        return explain(image, truth: nil, prefix: "\(name)-file-\(number)")
    }

    /// All pictures of one image: for the predicted class, and for the true one if it is known and different, then the
    /// layers' outputs.
    private func explain(_ image: FloatImage, truth: Int?, prefix: String) -> [[GalleryFigure]] {
        var maps: [(layer: Int, output: [Float])] = []
        let logits = network.run([image]) { layer, output in maps.append((layer, output.array)) }[0]
        let prediction = logits.indices.max { logits[$0] < logits[$1] } ?? 0
        let input = figure(
            "\(prefix)-input",
            photograph(image),
            "\(title) takes it for: \(classNames[prediction]), probability "
                + Format.percent(probability(of: prediction, logits: logits))
        )
        var groups = [[input] + attributions(of: image, label: prediction, prefix: prefix)]
        if let truth, prediction != truth { groups.append(attributions(of: image, label: truth, prefix: prefix)) }
        return groups + [maps.compactMap { featureMaps(layer: $0.layer, output: $0.output, prefix: prefix) }]
    }

    private func attributions(of image: FloatImage, label: Int, prefix: String) -> [GalleryFigure] {
        let className = classNames[label]
        let prefix = "\(prefix)-\(label)"
        let saliency = network.saliency(of: image, label: label)
        let guided = network.guidedBackpropagation(of: image, label: label)
        let window = max(2, image.width / 4)
        let occlusion = network.occlusion(of: image, label: label, window: window, stride: max(1, window / 4))
        var figures = [
            figure(
                "\(prefix)-saliency",
                saliency.mapPixels { $0.max() ?? 0 }.map(),
                "\(className): saliency, largest channel"
            ),
            figure("\(prefix)-guided", guided.weightPicture(), "\(className): guided backpropagation, mid-gray is 0"),
            figure(
                "\(prefix)-occlusion",
                occlusion.signedMap(limit: occlusion.largestMagnitude),
                "\(className): occlusion by \(window)×\(window) pixels, "
                    + "up to \(Format.fixed(occlusion.largestMagnitude, digits: 2))"
            ),
        ]
        guard let layer = network.gradCAMLayer else { return figures }
        let signed = network.gradCAM(of: image, label: label, layer: layer)
            .resized(height: image.height, width: image.width)
        let positive = network.gradCAM(of: image, label: label, layer: layer, appliesReLU: true)
            .resized(height: image.height, width: image.width)
        let layerName = network.layers[layer].name
        figures += [
            figure(
                "\(prefix)-gradcam",
                signed.signedMap(limit: signed.largestMagnitude),
                "\(className): Grad-CAM of layer \(layerName), both signs"
            ),
            figure(
                "\(prefix)-gradcam-relu",
                photograph(image).blended(with: positive.map()),
                "\(className): Grad-CAM of layer \(layerName), after ReLU as in the paper, over the image"
            ),
        ]
        return figures
    }

    /// A layer's output: one tile per channel, or for a vector one pixel per value; nil if it is the same as the input.
    private func featureMaps(layer: Int, output: [Float], prefix: String) -> GalleryFigure? {
        let summary = network.layers[layer]
        guard summary.role != .identity else { return nil }
        let limit = output.reduce(Float(0)) { max($0, abs($1)) }
        let isSigned = output.contains { $0 < 0 }
        let tiles: [FloatImage]
        if let maps = summary.outputShape.maps(output) {
            tiles = (0..<maps.channels).map(maps.plane)
        } else {
            tiles = output.map { FloatImage(height: 1, width: 1, channels: 1, values: [$0]) }
        }
        let pictures = tiles.map { isSigned ? $0.signedMap(limit: limit) : $0.map(limit: limit) }
        let columns = tiles[0].height == 1 ? 32 : 8
        return GalleryFigure(
            name: "\(prefix)-layer-\(summary.name)",
            picture: .mosaic(pictures, columns: columns, widthPixels: 400),
            caption: "\(name), layer \(summary.name) (\(summary.kind)): \(summary.outputShape), "
                + "up to \(Format.fixed(limit, digits: 2))"
        )
    }

    private func figure(_ name: String, _ picture: PixelImage, _ caption: String) -> GalleryFigure {
        GalleryFigure(
            name: name,
            picture: .mosaic([picture], columns: 1, widthPixels: Self.pictureWidth),
            caption: caption
        )
    }

    private func probability(of label: Int, logits: [Float]) -> Double {
        let largest = logits.max() ?? 0
        let exponentials = logits.map { exp(Double($0 - largest)) }
        return exponentials[label] / exponentials.reduce(0, +)
    }
}
