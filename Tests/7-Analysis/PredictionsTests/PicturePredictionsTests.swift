import Assembly
import Checkpoints
import Collectives
import ConfigurationFiles
import Datasets
import Explanation
import Foundation
import Images
import Networks
import Predictions
import RankSupport
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct PicturePredictionsTests {
    /// Forty pictures in two chunks, of which one is damaged and one is missing.
    @Test func answersComeInOrderOnAnyNumberOfRanks() throws {
        try withTemporaryFolder { folder in
            let checkpoint = try Self.checkpoint(folder + "/weights")
            var paths = try (0..<38).map { try Self.write(seed: UInt64($0), to: "\(folder)/\($0).png") }
            try Data("no picture".utf8).write(to: URL(fileURLWithPath: folder + "/damaged.png"))
            paths.insert(folder + "/damaged.png", at: 3)
            paths.insert(folder + "/none.png", at: 35)
            let list = PictureList(paths: paths)
            let runs = try [1, 3].map { ranks in
                try ThreadCommunicator.run(worldSize: ranks) { communicator in
                    let predictions = try PicturePredictions(
                        checkpoint: checkpoint,
                        configuration: Self.configuration(),
                        communicator: communicator
                    )
                    var lines: [String] = []
                    let failureCount = try predictions.run(list, standardInput: nil, top: 3) { result in
                        switch result {
                        case .success(let answer): lines.append(try AnswerFormat.json.text(answer))
                        case .failure(let error): lines.append("\(error)")
                        }
                    }
                    #expect(failureCount == 2)
                    return lines
                }[0].get()
            }
            #expect(runs[0] == runs[1])
            #expect(runs[0].count == 40)
            #expect(runs[0][3].hasPrefix("\(folder)/damaged.png: not a picture"))
            #expect(runs[0][35].hasPrefix("\(folder)/none.png: can't be read"))
            #expect(runs[0][0].contains("\"path\":\"\(folder)/0.png\""))
        }
    }

    /// A test image as a PNG file must give the same input as the test image itself.
    @Test func aPictureGetsTheAnswerOfTheSameTestImage() throws {
        try withTemporaryFolder { folder in
            let configuration = try Self.configuration()
            let dataset = try configuration.dataset.load()
            let source = try ImageSource(dataset: dataset)
            let path = folder + "/digit.png"
            try Data(source.photograph(5, of: dataset.test).png()).write(to: URL(fileURLWithPath: path))
            let loader = try PictureLoader(dataset: dataset, options: configuration.dataset)
            let buffer = AlignedBuffer(count: 64)
            loader.load([try loader.picture(at: path)], into: buffer.slice)
            // Within the rounding to a byte, and a digit's values, which are multiples of a half.
            let expected = source.image(5, of: dataset.test).values
            expectClose(Array(buffer.slice.array.prefix(64)), expected, absolute: 0.501 / 255 / 0.376, relative: 0)
        }
    }

    @Test func foldersAreSearchedInTheOrderOfNames() throws {
        try withTemporaryFolder { folder in
            for name in ["b.png", "a/z.JPG", "a/b/c.webp", "notes.txt"] {
                let url = URL(fileURLWithPath: "\(folder)/\(name)")
                try FileManager.default.createDirectory(
                    at: url.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try Data().write(to: url)
            }
            let list = try PictureList(arguments: ["x.png", folder + "/", "-", folder + "/notes.txt"])
            let expected = ["x.png"] + ["a/b/c.webp", "a/z.JPG", "b.png"].map { "\(folder)/\($0)" }
            #expect(list.paths == expected + ["-", folder + "/notes.txt"])
            try FileManager.default.createDirectory(atPath: folder + "/empty", withIntermediateDirectories: true)
            #expect(throws: PredictionsError.noPictures(folder: folder + "/empty")) {
                try PictureList(arguments: [folder + "/empty"])
            }
        }
    }

    @Test func answersAreWrittenForPeopleAndPrograms() throws {
        let answer = PicturePredictions.Answer(path: "a,\n.png", classes: [("cat", 0.75), ("dog", 0.25)])
        #expect(try AnswerFormat.text.text(answer) == "a,?.png: cat 75.0 %, dog 25.0 %\n")
        let json =
            #"{"classes":[{"name":"cat","probability":0.75},{"name":"dog","probability":0.25}],"path":"a,\n.png"}"#
        #expect(try AnswerFormat.json.text(answer) == json + "\n")
        #expect(AnswerFormat.csv.header == "path,place,class,probability\r\n")
        #expect(try AnswerFormat.csv.text(answer) == "\"a,\n.png\",1,cat,0.75\r\n\"a,\n.png\",2,dog,0.25\r\n")
    }

    private static func configuration() throws -> Configuration {
        try Configuration(
            yaml: "{dataset: {name: digits}, network: {layers: [flatten, {linear: {outputFeatures: 10}}]}}",
            file: "test.yaml"
        )
    }

    /// Writes a gray picture of 20×12 pixels.
    private static func write(seed: UInt64, to path: String) throws -> String {
        var words = SplitMix64(seed: seed)
        let pixels = (0..<240).map { _ in UInt8(truncatingIfNeeded: words.next()) }
        let picture = PixelImage(width: 20, height: 12, channels: 1, pixels: pixels)
        try Data(picture.png()).write(to: URL(fileURLWithPath: path))
        return path
    }

    private static func checkpoint(_ folder: String) throws -> String {
        let network = try Network(
            [Flatten(), Linear(outputFeatures: 10)],
            inputShape: .image(height: 8, width: 8, channels: 1),
            classCount: 10,
            maximumBatch: 1
        )
        let replica = Replica(of: network)
        network.initialize(replica.parameters.slice, scheme: .pytorch, seed: 0)
        let tensors = network.parameters.map {
            NamedTensor(name: $0.name, shape: $0.shape, values: $0.values(in: replica.parameters.slice))
        }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(Safetensors.encode(tensors)).write(to: URL(fileURLWithPath: folder + "/model.safetensors"))
        return folder + "/model.safetensors"
    }
}
