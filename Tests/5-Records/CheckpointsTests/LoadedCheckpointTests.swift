import Checkpoints
import Testing

@Suite(.timeLimit(.minutes(10))) struct LoadedCheckpointTests {
    static let bias = TensorDescription(name: "0.bias", shape: [2])
    static let weight = TensorDescription(name: "0.weight", shape: [2, 3])

    @Test func tensorsAreInTheNetworksOrder() throws {
        let tensors = try load().requireModel(matching: [Self.weight, Self.bias])
        #expect(tensors.map(\.name) == ["0.weight", "0.bias"])
        let state = try load().requireState(matching: [TensorDescription(name: "momentum.0.bias", shape: [2])])
        #expect(state == makeSnapshot(step: 1).state)
    }

    @Test func firstDifferenceIsNamed() throws {
        let path = "checkpoints/step-00000001"
        let scale = TensorDescription(name: "1.scale", shape: [4])
        let turned = TensorDescription(name: "0.weight", shape: [3, 2])
        let cases: [([TensorDescription], CheckpointError)] = [
            ([Self.weight, scale, Self.bias], .missingTensor(path: path, expected: scale)),
            ([turned, scale], .wrongShape(path: path, expected: turned, found: Self.weight)),
            ([Self.weight], .unexpectedTensor(path: path, found: Self.bias)),
        ]
        for (expected, error) in cases {
            #expect(throws: error) { try load().requireModel(matching: expected) }
        }
        #expect(
            cases[1].1.description == "checkpoints/step-00000001: tensor 0.weight: shape [3, 2] expected, "
                + "[2, 3] found; the checkpoint is of another network"
        )
    }

    @Test(arguments: [
        ("runs/cnn", "cnn"), ("runs/cnn/checkpoints", "cnn"), ("runs/cnn/checkpoints/step-00000200", "cnn"),
        ("runs/cnn/checkpoints/best", "cnn"), ("/runs/cnn/checkpoints/step-00000200/model.safetensors", "cnn"),
        ("mine.safetensors", "mine"), ("/", "network"), ("/model.safetensors", "network"),
    ]) func networkIsNamedAfterItsRunOrItsFile(path: String, name: String) {
        #expect(CheckpointStore.networkName(ofCheckpoint: path) == name)
    }

    private func load() throws -> LoadedCheckpoint {
        let store = CheckpointStore(directory: "checkpoints", fileSystem: SimulatedDisk())
        _ = try store.write(makeSnapshot(step: 1))
        return try #require(try store.newest())
    }
}
