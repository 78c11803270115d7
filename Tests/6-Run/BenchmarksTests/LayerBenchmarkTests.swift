import Benchmarks
import Networks
import Synchronization
import Tensors
import Testing

/// The measurement of a layer on a clock that only the layer moves, so that each pass takes exactly the time it should.
@Suite(.timeLimit(.minutes(10))) struct LayerBenchmarkTests {
    @Test func theWeightGradientIsWhatTheBackwardPassTakesWithoutTheInputGradient() {
        let timing = run(StandInLayer(forward: 3, weightGradient: 2, inputGradient: 6))
        #expect(timing.forward == 3)
        #expect(timing.backward == 8)
        #expect(timing.weightGradient == 2)
        #expect(timing.weightGradientShare == 0.25)
    }

    @Test func aLayerMayComputeOneGradientForNothing() {
        #expect(run(StandInLayer(forward: 1, weightGradient: 0, inputGradient: 5)).weightGradientShare == 0)
        #expect(run(StandInLayer(forward: 1, weightGradient: 5, inputGradient: 0)).weightGradientShare == 1)
    }

    /// The first call fills caches and isn't measured, and the median leaves out single disturbances.
    @Test(arguments: [0, 1, 2, 3]) func aSingleSlowCallDoesNotMatter(slowCall: Int) {
        let timing = run(StandInLayer(forward: 3, weightGradient: 2, inputGradient: 6, slowCall: slowCall))
        #expect([timing.forward, timing.backward, timing.weightGradient] == [3, 8, 2])
    }

    @Test(arguments: [(0.0, 3), (38.9, 3), (39.1, 4), (100, 8)])
    func roundsGoOnUntilTheTimeIsOver(seconds: Double, expectedRounds: Int) {
        // A round takes 3 + 8 + 2 s.
        let layer = StandInLayer(forward: 3, weightGradient: 2, inputGradient: 6)
        _ = run(layer, seconds: seconds)
        #expect(layer.log.withLock { $0.forwardCalls } == expectedRounds + 1)
    }

    private func run(_ layer: StandInLayer, seconds: Double = 0) -> LayerBenchmark.Timing {
        LayerBenchmark(layer, inputShape: layer.outputShape, batch: 2) { layer.log.withLock { $0.time } }
            .run(seconds: seconds)
    }
}

/// A layer whose passes compute nothing, and take the given seconds on a clock of its own.
private final class StandInLayer: LayerPlan {
    struct Log {
        var time = Duration.zero
        var forwardCalls = 0
        var calls = 0
    }

    let outputShape = FeatureShape.vector(count: 4, image: nil)
    let forwardFLOPs = 8
    let log = Mutex(Log())
    private let forward, weightGradient, inputGradient: Int
    /// The round whose passes each take a minute longer, 0 for the one before the measurement; nil for none.
    private let slowCall: Int?

    init(forward: Int, weightGradient: Int, inputGradient: Int, slowCall: Int? = nil) {
        (self.forward, self.weightGradient, self.inputGradient) = (forward, weightGradient, inputGradient)
        self.slowCall = slowCall
    }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        log.withLock { $0.forwardCalls += 1 }
        spend(forward)
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        spend(weightGradient + (gradients.input == nil ? 0 : inputGradient))
    }

    private func spend(_ seconds: Int) {
        log.withLock { log in
            log.time += .seconds(log.calls / 3 == slowCall ? seconds + 60 : seconds)
            log.calls += 1
        }
    }
}
