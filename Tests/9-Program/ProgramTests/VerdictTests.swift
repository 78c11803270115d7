import Foundation
import TestSupport
import Testing

extension ProgramTests {
    @Suite struct VerdictTests {
        /// Small experiments with the digits, in a folder of their own.
        private func write(to folder: String, experiments: String = Self.experiments) throws -> String {
            let path = folder + "/small.yaml"
            let yaml = """
                title: Small
                networks: {MLP: digits-mlp.yaml, CNN: digits-cnn.yaml}
                seeds: [0, 1]
                directory: \(folder)/runs
                set: {training.epochs: 2, dataset.limit: 256}
                experiments: \(experiments)
                """
            try yaml.write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }

        private static let experiments = """
            {accuracy: {}, spatialPrior: {}, translation: {shiftPixels: [0, 1]}, parameterGrowth: {}, \
            dataHunger: {percentages: [50, 100]}, gallery: {images: [3]}}
            """

        private func verdict(_ path: String, _ more: [String] = []) throws -> ProgramRun {
            try ProgramRun(["verdict", "--config", path] + more, timeLimitSeconds: 120)
        }

        @Test(.enabled(if: Browser.path != nil, "needs Chromium"))
        func thePageFitsPhoneAndDesktopInLightAndDarkMode() throws {
            try withTemporaryFolder { folder in
                let run = try verdict(write(to: folder))
                #expect(run.exitCode == 0, "\(run.errors)")
                for (width, isDark) in [(390, false), (390, true), (1280, false)] {
                    let (impression, console) = try Browser.open(
                        folder + "/runs/verdict.html",
                        width: width,
                        isDark: isDark,
                        folder: folder
                    )
                    let found = try #require(impression, "\(console)")
                    #expect(console.isEmpty)
                    #expect(found.width == width)
                    #expect(found.contentWidth <= width)
                    #expect(found.imageCount > 40)
                    #expect(found.brokenImageCount == 0)
                    #expect(found.ground == (isDark ? "rgb(20, 24, 28)" : "rgb(255, 255, 255)"))
                }
            }
        }

        @Test func aDamagedRunIsNamedAndTheOthersAreShown() throws {
            try withTemporaryFolder { folder in
                let path = try write(to: folder, experiments: "{accuracy: {}, gallery: {images: [0]}}")
                #expect(try verdict(path).exitCode == 0)
                let run = "\(folder)/runs/cnn-seed0"
                // Of the 256 training images: there are 360 test images.
                let measured = try RunFiles(run).fields("measured.json")["training_accuracy"] as? Double
                #expect(try (#require(measured) * 256).truncatingRemainder(dividingBy: 1) == 0)
                let weights = try #require(
                    FileManager.default.subpaths(atPath: run)?.filter { $0.hasSuffix("model.safetensors") }
                )
                for file in weights { try Data("broken".utf8).write(to: URL(fileURLWithPath: "\(run)/\(file)")) }
                try Data("{\n{\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/runs/mlp-seed1/metrics.jsonl"))
                let second = try verdict(path)
                #expect(second.exitCode == 65, "\(second.errors)")
                #expect(second.output.contains("missing: \(run): not in the gallery: "), "\(second.output)")
                let page = try String(contentsOfFile: folder + "/runs/verdict.html", encoding: .utf8)
                #expect(page.contains("Missing from this page"))
                #expect(page.contains("mlp-seed1/metrics.jsonl"))
                #expect(page.contains("from \(folder)/runs/mlp-seed0"))
                #expect(!page.contains("from \(run)"))
            }
        }

        @Test func anUnwritablePageIsReportedBeforeTraining() throws {
            try withTemporaryFolder { folder in
                let path = try write(to: folder)
                try Data().write(to: URL(fileURLWithPath: folder + "/file"))
                for output in [folder + "/file/page.html", folder] {
                    let run = try verdict(path, ["--output", output])
                    #expect(run.exitCode == 74, "\(run.errors)")
                    #expect(run.messages.count == 1 && run.errors.contains(output))
                }
                #expect(!FileManager.default.fileExists(atPath: folder + "/runs/mlp-seed0"))
            }
        }
    }
}
