import Explanation
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct LinearProbeTests {
    @Test func stepsEqualPyTorchs() throws {
        let fixture = try GoldenFixture.load("explanation-probe")
        let features = FeatureMatrix(fixture["features"], labels: fixture["labels"])
        var options = LinearProbe.Options()
        options.stepCount = fixture.integer("stepCount")
        options.learningRate = Float(fixture.number("learningRate"))
        options.weightDecay = Float(fixture.number("weightDecay"))
        let probe = LinearProbe(trainedOn: features, classCount: fixture.integer("classCount"), options: options)
        expectClose(probe.values, fixture["weight"].values + fixture["bias"].values, absolute: 1e-4)
        #expect(probe.accuracy(on: features) == fixture.number("accuracy"))
    }

    /// If all test images are beyond the training images' second class, all belong to it: they must not be centered on
    /// their own mean.
    @Test func testImagesAreStandardizedLikeTrainingImages() {
        func features(_ numbers: [Float]) -> FeatureMatrix {
            let features = FeatureMatrix(columns: 1, labels: [0, 0, 1, 1])
            features.values.prefix(4).copy(from: numbers)
            return features
        }
        let probe = LinearProbe(trainedOn: features([0, 1, 4, 5]), classCount: 2)
        #expect(probe.accuracy(on: features([0.5, 1.5, 4.5, 5.5])) == 1)
        #expect(probe.accuracy(on: features([10, 11, 14, 15])) == 0.5)
        #expect(probe.accuracy(on: features([-1, 0, 0.5, 1])) == 0.5)
    }

    /// Classes on both sides of a line are separated, an exclusive or is not, and a constant column does no harm.
    @Test(arguments: [(labels: [0, 0, 1, 1], accuracy: 1.0), (labels: [0, 1, 1, 0], accuracy: 0.5)])
    func separatesLinearlySeparableClasses(labels: [Int32], accuracy: Double) {
        let features = FeatureMatrix(columns: 3, labels: labels)
        for (row, point) in [[0, 0], [0, 1], [1, 0], [1, 1]].enumerated() {
            features[row: row].copy(from: point.map(Float.init) + [7])
        }
        let probe = LinearProbe(trainedOn: features, classCount: 2)
        #expect(probe.accuracy(on: features) == accuracy)
    }
}
