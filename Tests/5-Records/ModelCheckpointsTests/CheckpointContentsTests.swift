import Checkpoints
import ConfigurationFiles
import Foundation
import ModelCheckpoints
import Networks
import Optimizers
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct CheckpointContentsTests {
    /// A small network whose numbers count up from a first one.
    private struct Model {
        let replica: Replica
        let optimizer: Optimizer
        let average: WeightAverage?

        var buffers: [AlignedBuffer] {
            [replica.parameters, replica.runningStatistics] + optimizer.slots
                + (average.map { [$0.parameters, $0.runningStatistics] } ?? [])
        }
        var contents: CheckpointContents {
            CheckpointContents(replica: replica, optimizer: optimizer, average: average)
        }
        var values: [[Float]] { buffers.map(\.slice.array) }

        init(from first: Float, isAveraged: Bool = false) throws {
            var convolution = Conv2D(outputChannels: 2, kernel: 3)
            if isAveraged { convolution.tensors.bias.trainedEpochs = 0 }
            let network = try Network(
                [convolution, BatchNorm2D(), Flatten(), Linear(outputFeatures: 3)],
                inputShape: .image(height: 4, width: 4, channels: 1),
                classCount: 3,
                maximumBatch: 1
            )
            replica = Replica(of: network)
            optimizer = Optimizer(
                rule: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, decouplesDecay: false),
                elementCount: network.trainedElementCount
            )
            let yaml = "network: {layers: [relu]}\naveraging: {name: ema}"
            let rule = try Configuration(yaml: yaml, file: "t.yaml").averaging.rule
            average =
                try isAveraged
                ? WeightAverage(#require(rule), of: replica.parameters.slice, replica.runningStatistics.slice) : nil
            // By tensor: what lies between tensors is kept by no checkpoint.
            var value = first
            for (buffer, isState) in [(replica.parameters, false)] + optimizer.slots.map({ ($0, true) })
                + (average.map { [($0.parameters, false)] } ?? [])
            {
                for parameter in network.parameters where parameter.isTrained || !isState {
                    for index in parameter.range {
                        buffer.slice.base[index] = value
                        value += 1
                    }
                }
            }
            for buffer in [replica.runningStatistics] + (average.map { [$0.runningStatistics] } ?? []) {
                for statistic in network.statistics {
                    for index in statistic.range {
                        buffer.slice.base[index] = value
                        value += 1
                    }
                }
            }
        }
    }

    @Test func namesAndShapesArePyTorchs() throws {
        let contents = try Model(from: 0).contents
        #expect(
            contents.model.map(\.description.description) == [
                "0.weight [2, 1, 3, 3]", "0.bias [2]", "1.weight [2]", "1.bias [2]", "3.weight [3, 8]", "3.bias [3]",
                "1.running_mean [2]", "1.running_var [2]",
            ]
        )
        #expect(contents.state.count == 2 * 6)
    }

    /// By hand: the dense layer is wider in the file, the bias of the convolution isn't in it, and an eighth layer is.
    @Test func weightsThatFitAreTakenAndOthersListed() throws {
        try withTemporaryFolder { folder in
            let (source, target) = (try Model(from: 1), try Model(from: 500))
            let model =
                source.contents.model.filter { !["0.bias", "3.weight"].contains($0.name) } + [
                    NamedTensor(name: "3.weight", shape: [4, 8], values: Array(repeating: 0, count: 32)),
                    NamedTensor(name: "8.weight", shape: [1], values: [0]),
                ]
            let store = CheckpointStore(directory: "\(folder)/checkpoints")
            _ = try store.write(
                CheckpointSnapshot(step: 3, epoch: 0, model: model, state: [], counters: [:], environment: [:])
            )
            let checkpoint = try #require(try store.newest())
            let before = target.values
            let expected = [
                "0.bias: [2] expected, none found", "3.weight: [3, 8] expected, [4, 8] found",
                "8.weight: none expected, [1] found",
            ]
            let error = #expect(throws: CheckpointError.self) {
                try target.contents.takeModel(from: checkpoint, allowsMissing: false)
            }
            #expect(expected.allSatisfy { error?.description.contains($0) == true }, "\(error?.description ?? "")")
            #expect(target.values == before, "nothing is taken where something doesn't fit")
            let misfits = try target.contents.takeModel(from: checkpoint, allowsMissing: true)
            #expect(misfits.map(\.description) == expected)
            for (new, (old, given)) in zip(
                target.contents.model,
                zip(try Model(from: 500).contents.model, source.contents.model)
            ) {
                let isTaken = !["0.bias", "3.weight"].contains(new.name)
                #expect(new.values == (isTaken ? given : old).values, "\(new.name)")
            }
            #expect(target.values.dropFirst(2) == before.dropFirst(2), "the optimizer's state stays")
        }
    }

    /// The average is the model, the weights that are trained are state, and frozen tensors have no slots.
    @Test func theAverageIsWhatIsEvaluated() throws {
        let model = try Model(from: 0, isAveraged: true)
        let contents = model.contents
        let average = try #require(model.average)
        let network = model.replica.network
        #expect(contents.model[0].values == network.parameters[0].values(in: average.parameters.slice))
        #expect(contents.model[7].values == average.runningStatistics.slice[network.statistics[1].range].array)
        #expect(contents.state.map(\.name).filter { $0.hasPrefix("first_moment.") }.count == 5)
        #expect(!contents.state.contains { $0.name == "first_moment.0.bias" })
        let unaveraged = contents.state.filter { $0.name.hasPrefix("unaveraged.") }
        #expect(unaveraged.map(\.name).first == "unaveraged.0.weight" && unaveraged.count == 8)
        #expect(unaveraged[0].values == network.parameters[0].values(in: model.replica.parameters.slice))
    }

    @Test(arguments: [false, true]) func whatWasWrittenIsRestored(isAveraged: Bool) throws {
        try withTemporaryFolder { folder in
            let written = try Model(from: 1, isAveraged: isAveraged)
            let (read, weights) = (try Model(from: 500, isAveraged: isAveraged), try Model(from: 900))
            let store = CheckpointStore(directory: "\(folder)/checkpoints")
            _ = try store.write(
                CheckpointSnapshot(
                    step: 3,
                    epoch: 0,
                    model: written.contents.model,
                    state: written.contents.state,
                    counters: [:],
                    environment: [:]
                )
            )
            let checkpoint = try #require(try store.newest())
            try read.contents.restoreModel(from: checkpoint)
            try read.contents.restoreState(from: checkpoint)
            #expect(read.values == written.values)
            try weights.replica.restore(from: folder)
            let evaluated = isAveraged ? Array(written.values.suffix(2)) : Array(written.values.prefix(2))
            #expect(weights.contents.model.map(\.values) == written.contents.model.map(\.values))
            #expect(isAveraged || Array(weights.values.prefix(2)) == evaluated)
        }
    }
}
