import Datasets
import Formatting
import Images
import Networks

extension Subject {
    private static let filterLimit = 24

    /// The patches that excite each filter most, beside the image that gradient ascent finds for it.
    func filters(_ survey: Survey) -> GallerySection {
        GallerySection(
            title: "What excites the filters of \(name)",
            text: "A row a filter: first what gradient ascent finds, then the parts of training images to which it "
                + "responds most, each as large as the filter's receptive field; gray lies beyond the image's edge.",
            groups: [
                GalleryGroup(
                    of: self,
                    network.filterLayers.compactMap { layer in
                        survey.strongestPatches[layer].map { figure(layer: layer, patches: $0) }
                    }
                )
            ]
        )
    }

    private func figure(layer: Int, patches: StrongestPatches) -> GalleryFigure {
        let summary = network.layers[layer]
        let field = summary.receptiveField
        let shownCount = min(patches.places.count, Self.filterLimit)
        let typical = typicalPatches(layer: layer, filterCount: shownCount)
        let rows = (0..<shownCount).flatMap { filter in
            [typical[filter]]
                + patches.places[filter].map { place in
                    let image = source.image(place.image, of: source.dataset.training)
                    return patch(of: image, field, row: place.row, column: place.column)
                }
        }
        let columns = 1 + (patches.places.first?.count ?? 0)
        let which = shownCount < patches.places.count ? "the first \(shownCount) of " : ""
        return GalleryFigure(
            name: "\(name)-filters-layer-\(summary.name)",
            picture: .mosaic(rows, columns: columns, widthPixels: 480),
            caption: "Layer \(summary.name) (\(summary.kind)): \(which)\(patches.places.count) filters, "
                + "receptive field \(field) pixels"
        )
    }

    /// The images that gradient ascent finds for the central pixel of each filter's map, cropped to that pixel's
    /// receptive field.
    private func typicalPatches(layer: Int, filterCount: Int) -> [PixelImage] {
        guard case .image(let height, let width, let channels) = network.layers[layer].outputShape else { return [] }
        let (row, column) = (height / 2, width / 2)
        let images = GradientAscent().images(
            of: network,
            layer: layer,
            elements: (0..<filterCount).map { (row * width + column) * channels + $0 },
            range: source.pixelRange
        )
        let field = network.layers[layer].receptiveField
        return images.map { patch(of: $0, field, row: row, column: column) }
    }

    /// The receptive field of a pixel of a layer's feature maps, cut out of an image.
    private func patch(of image: FloatImage, _ field: ReceptiveField, row: Int, column: Int) -> PixelImage {
        let origin = field.origin(row: row, column: column)
        // The normalized value of mid-gray.
        let gray = source.pixelRange.map { ($0.lowerBound + $0.upperBound) / 2 }
        return photograph(
            image.cropped(
                top: origin.top,
                left: origin.left,
                height: field.rows.extent,
                width: field.columns.extent,
                outside: gray
            )
        )
    }

    /// The images that gradient ascent finds for each class.
    func typicalImagesOfClasses() -> GallerySection {
        let images = GradientAscent().images(
            of: network,
            layer: network.lastLayer,
            elements: Array(classNames.indices),
            range: source.pixelRange
        )
        let logits = network.logits(of: images)
        let figures = zip(images, classNames).enumerated().map { label, found in
            GalleryFigure(
                name: "\(name)-class-\(label)",
                picture: .mosaic([photograph(found.0)], columns: 1, widthPixels: 192),
                caption: "\(found.1): logit \(Format.fixed(logits[label][label], digits: 2))"
            )
        }
        return GallerySection(
            title: "Typical images of classes: \(name)",
            text: "Found by gradient ascent on each class's logit from noise, kept smooth, near the mean color and "
                + "within the range of real pixels.",
            groups: [GalleryGroup(of: self, figures)]
        )
    }
}
