import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct GoldenNetworkTests {
    @Test(arguments: [("mlp", 1_707_274), ("cnn", 282_250)])
    func networksHaveTheParametersOfTheShippedConfigurations(name: String, count: Int) throws {
        let network = try GoldenNetwork.load(name)
        #expect(network.parameters.reduce(0) { $0 + $1.shape.reduce(1, *) } == count)
    }

    @Test func parametersAreNamedAsASequentialNamesThem() throws {
        let names = try GoldenNetwork.load("resnet").parameters.map(\.name)
        #expect(names.first == "0.weight")
        #expect(names.last == "8.bias")
        #expect(names.contains("5.body.4.bias"))
        #expect(names.contains("5.shortcut.0.weight"))
    }
}
