import Configuration
import Explanation
import Trials

/// One trained network of each kind, opened.
package struct NetworkGallery {
    /// What was found; nil where no network could be opened.
    let gallery: Gallery?
    /// The runs whose networks were opened.
    let runs: [ExperimentResults.Run]
    /// Which networks couldn't be opened, and why; runs that are missing are named elsewhere.
    package let problems: [String]

    /// Opens each network's first completed run.
    ///
    /// - Parameters:
    ///   - results: The run folders.
    ///   - images: Which test images are explained.
    /// - Throws: `CancellationError`, `ImagesError`.
    package init(_ results: ExperimentResults, images: [Int]) throws {
        var opened: [(run: ExperimentResults.Run, checkpoint: ExplainedCheckpoint)] = []
        var problems: [String] = []
        for network in results.plan.file.contenders.indices {
            guard let run = results.runs(network).first else { continue }
            do {
                let checkpoint = ExplainedCheckpoint(
                    path: run.folder.path,
                    configuration: try Configuration.load(path: run.folder.path + "/config.yaml")
                )
                // One that is broken shall not keep the other from being shown.
                _ = try Explanation([checkpoint], images: images)
                opened.append((run, checkpoint))
            } catch {
                problems.append("\(run.folder.path): not in the gallery: \(error)")
            }
        }
        runs = opened.map(\.run)
        self.problems = problems
        gallery = opened.isEmpty ? nil : try Explanation(opened.map(\.checkpoint), images: images).gallery()
    }
}
