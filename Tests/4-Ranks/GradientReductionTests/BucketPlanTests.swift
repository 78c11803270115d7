import GradientReduction
import Tensors
import Testing

@Suite(.timeLimit(.minutes(10))) struct BucketPlanTests {
    @Test func bucketsStartAtTheEndAndAtParameters() {
        let plan = BucketPlan(
            elementCount: 100,
            boundaries: [0, 30, 60, 90],
            firstBucketBytes: 40,
            bucketBytes: 140
        )
        #expect(plan.buckets == [90..<100, 30..<90, 0..<30])
    }

    @Test func aSmallGradientIsOneBucket() {
        #expect(BucketPlan(elementCount: 100, boundaries: [0, 50]).buckets == [0..<100])
    }

    @Test func aLargeParameterIsCut() {
        let plan = BucketPlan(elementCount: 320, boundaries: [0], firstBucketBytes: 400, bucketBytes: 400)
        #expect(plan.buckets == [224..<320, 112..<224, 0..<112])
    }

    @Test(arguments: [1, 64, 300, 1000, 1 << 20])
    func bucketsCoverTheGradientOnce(bytes: Int) {
        var random = RandomStream(seed: UInt64(bytes), purpose: .benchmark)
        for _ in 0..<200 {
            let count = Int.random(in: 1...5000, using: &random)
            let boundaries = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                Int.random(in: 0..<count, using: &random)
            }
            let plan = BucketPlan(
                elementCount: count,
                boundaries: boundaries,
                firstBucketBytes: bytes / 4,
                bucketBytes: bytes
            )
            #expect(plan.buckets.reversed().flatMap(Array.init) == Array(0..<count))
            #expect(plan.buckets.allSatisfy { !$0.isEmpty })
        }
    }
}
