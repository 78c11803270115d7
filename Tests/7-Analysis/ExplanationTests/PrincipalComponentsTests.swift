import Explanation
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct PrincipalComponentsTests {
    @Test func equalTheSingularValueDecomposition() throws {
        let fixture = try GoldenFixture.load("explanation-components")
        let features = FeatureMatrix(fixture["features"])
        let components = PrincipalComponents(of: features, count: 2)
        expectClose(components.directions.flatMap { $0 }, fixture["directions"].values, absolute: 1e-5)
        expectClose(components.varianceShares, fixture["varianceShares"].values)
        let coordinates = (0..<features.rows).flatMap { components.project(features[row: $0]) }
        expectClose(coordinates, fixture["coordinates"].values, absolute: 1e-5)
    }

    @Test func constantFeaturesHaveNoDirections() {
        let features = FeatureMatrix(columns: 3, labels: [0, 0, 0])
        // All on one line.
        for row in 0..<3 { features[row: row].copy(from: [Float(row), 2, 2 * Float(row)]) }
        let components = PrincipalComponents(of: features, count: 2)
        #expect(components.directions.count == 1)
        expectClose(components.varianceShares, [1])
        let length = Float(5).squareRoot()
        expectClose(components.directions[0], [1 / length, 0, 2 / length])
    }
}

extension FeatureMatrix {
    /// The rows of a fixture; without labels all have class 0.
    init(_ tensor: GoldenTensor, labels: GoldenTensor? = nil) {
        self.init(
            columns: tensor.shape[1],
            labels: labels?.integers.map(Int32.init) ?? Array(repeating: 0, count: tensor.shape[0])
        )
        values.prefix(tensor.values.count).copy(from: tensor.values)
    }
}
