import Testing
import Verification

@Suite(.timeLimit(.minutes(10))) struct CheckpointDifferenceTests {
    @Test(
        arguments: [
            (1, 1, 0), (1, Float(1).nextUp, 1), (0, Float.leastNonzeroMagnitude, 1), (-1, Float(-1).nextDown, 1),
            (0, -0.0, 1), (-Float.leastNonzeroMagnitude, .leastNonzeroMagnitude, 3), (1, 2, 1 << 23),
        ] as [(Float, Float, Int)]
    )
    func theDistanceIsTheNumberOfFloatsBetween(first: Float, second: Float, distance: Int) {
        #expect(ulpDistance(first, second) == distance)
        #expect(ulpDistance(second, first) == distance)
    }
}
