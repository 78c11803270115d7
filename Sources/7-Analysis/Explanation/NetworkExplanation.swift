import ConfigurationFiles
import Datasets
import Foundation
import Images
import Networks
import Tensors

/// Opens trained networks, and writes one page and its pictures.
///
/// They show what filters look for, what each layer makes of an image, what in it speaks for an answer, and how far apart
/// the classes are brought.
package struct NetworkExplanation {
    /// Training images that filters' strongest patches and linear probes are taken from.
    static let surveyCount = 10_000
    /// Test images that are plotted.
    static let plotCount = 1000

    let subjects: [Subject]
    let images: [Int]
    let files: [String]

    /// Loads the networks and the data.
    ///
    /// - Parameters:
    ///   - checkpoints: At least one; all of one data set.
    ///   - images: Which test images are explained.
    ///   - files: The user's own images that are explained; by default none. There must be an image or a file.
    /// - Throws: `ExplanationError`, and the typed errors of the modules below.
    package init(_ checkpoints: [ExplainedCheckpoint], images: [Int], files: [String] = []) throws {
        guard !checkpoints.isEmpty else { throw ExplanationError.noCheckpoints }
        guard !images.isEmpty || !files.isEmpty else { throw ExplanationError.noImages }
        for other in checkpoints.dropFirst()
        where other.configuration.dataset.name != checkpoints[0].configuration.dataset.name {
            throw ExplanationError.datasetsDiffer(
                first: checkpoints[0].configuration.dataset.name.rawValue,
                other: other.configuration.dataset.name.rawValue
            )
        }
        let names = checkpoints.map(\.name)
        subjects = try zip(checkpoints, names.indices).map { checkpoint, index in
            let isRepeated = names[..<index].contains(names[index])
            return try Subject(checkpoint, name: isRepeated ? "\(names[index])-\(index + 1)" : names[index])
        }
        let imageCount = subjects[0].source.dataset.test.count
        for index in images where !(0..<imageCount).contains(index) {
            throw ExplanationError.imageOutOfRange(index: index, imageCount: imageCount)
        }
        // Before anything takes time.
        for file in files { _ = try subjects[0].pictures.picture(at: file) }
        self.images = images
        self.files = files
    }

    /// Explains, and writes `gallery.html` and the pictures.
    ///
    /// - Parameter folder: The folder for them, made where it is missing.
    /// - Returns: Lines that tell what was found, what doesn't apply, and where the page is.
    /// - Throws: `ExplanationError.output`, `ImagesError`, `CancellationError`.
    package func write(to folder: String) throws -> [String] {
        try Gallery.prepare(folder: folder)
        let gallery = try gallery()
        try gallery.write(to: folder)
        let counts = "\(gallery.sections.count) sections, \(gallery.figures.count) pictures"
        return gallery.findings + subjects.flatMap(\.omissions) + ["\(folder)/\(Gallery.pageName): \(counts)"]
    }

    /// Explains.
    ///
    /// - Returns: What a page shows.
    /// - Throws: `ImagesError`, `CancellationError`.
    package func gallery() throws -> Gallery {
        let surveys = subjects.map { subject in
            subject.network.survey(
                subject.source.dataset.training,
                count: Self.surveyCount,
                source: subject.source,
                patchCount: 8
            )
        }
        try Task.checkCancellation()
        let separability = Separability(subjects: subjects, surveys: surveys)
        var sections = [firstLayers()]
        for (subject, survey) in zip(subjects, surveys) {
            try Task.checkCancellation()
            if !survey.strongestPatches.isEmpty { sections.append(subject.filters(survey)) }
            sections.append(subject.typicalImagesOfClasses())
        }
        sections.append(separability.section)
        for (number, file) in files.enumerated() { sections.append(try fileSection(file, number: number)) }
        sections += images.map(imageSection)
        let omissions = subjects.flatMap(\.omissions)
        if !omissions.isEmpty {
            sections.append(GallerySection(title: "What does not apply", text: omissions.joined(separator: " ")))
        }
        return try Gallery(
            title: "Inside " + subjects.map(\.name).joined(separator: " and "),
            introduction: subjects.map(\.title).joined(separator: "; ")
                + ". Each picture is a PNG file beside this page.",
            conditions: subjects.map { "\($0.name): trained on \($0.conditions)." },
            sections: sections,
            findings: separability.lines
        )
    }

    private func firstLayers() -> GallerySection {
        GallerySection(
            title: "What the first layers look for",
            text:
                "Weights as pictures: mid-gray is 0, and each tile reaches full brightness. A convolution's filter is "
                + "a small pattern that is looked for everywhere; a dense layer's unit weighs every pixel of the image.",
            groups: [GalleryGroup(subjects.compactMap(\.firstLayer))]
        )
    }

    private static let reading =
        "Saliency is the derivative of the class's logit with respect to each pixel; guided backpropagation lets only "
        + "positive gradients through ReLUs. Occlusion is how far the logit falls when a square is covered; Grad-CAM "
        + "weighs the last convolution's maps by their mean derivative. Red speaks for the class, blue against it."

    private func fileSection(_ path: String, number: Int) throws -> GallerySection {
        GallerySection(
            title: path,
            text: "As the networks see it: turned, resized and of as many channels as the images they were trained on. "
                + Self.reading,
            groups: try subjects.flatMap { subject in
                try subject.explain(file: path, number: number).enumerated().map {
                    GalleryGroup(of: $0 == 0 ? subject : nil, $1)
                }
            }
        )
    }

    private func imageSection(_ index: Int) -> GallerySection {
        let dataset = subjects[0].source.dataset
        let name = dataset.classNames[Int(dataset.test.labels[index])]
        return GallerySection(
            title: "Test image \(index): \(name)",
            text: Self.reading,
            groups: subjects.flatMap { subject in
                // The rows below the first are of the same network.
                subject.explain(image: index).enumerated().map { GalleryGroup(of: $0 == 0 ? subject : nil, $1) }
            }
        )
    }
}
