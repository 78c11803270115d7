import ConfigurationFiles
import Explanation
import Trials

/// A gallery of one trained network of each kind.
package struct NetworkGallery {
    /// The gallery; nil if no network could be loaded.
    let gallery: Gallery?
    /// The runs whose networks were loaded.
    let runs: [ExperimentResults.Run]
    /// Which networks couldn't be loaded, and why; missing runs are reported elsewhere.
    package let problems: [String]

    /// Loads the network of each contender's first completed run.
    ///
    /// - Parameters:
    ///   - results: The run folders.
    ///   - images: The test images to explain.
    /// - Throws: `CancellationError`, `ImagesError`.
    package init(_ results: ExperimentResults, images: [Int]) throws {
        var opened: [(run: ExperimentResults.Run, checkpoint: ExplainedCheckpoint)] = []
        var problems: [String] = []
        for network in results.plan.file.contenders.indices {
            guard let run = results.runs(network).first else { continue }
            do {
                let checkpoint = ExplainedCheckpoint(
                    path: run.folder.path,
                    configuration: try Configuration.load(path: run.folder.path + "/" + Configuration.fileName)
                )
                // A broken one must not prevent that the others are shown.
                _ = try NetworkExplanation([checkpoint], images: images)
                opened.append((run, checkpoint))
            } catch {
                problems.append("\(run.folder.path): not in the gallery: \(error)")
            }
        }
        runs = opened.map(\.run)
        self.problems = problems
        gallery = opened.isEmpty ? nil : try NetworkExplanation(opened.map(\.checkpoint), images: images).gallery()
    }
}
