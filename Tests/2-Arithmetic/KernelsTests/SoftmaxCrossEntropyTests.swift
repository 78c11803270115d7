import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SoftmaxCrossEntropyTests {
    @Test(arguments: ["crossEntropy", "crossEntropy-smoothed"])
    func lossesAndGradientsEqualPyTorchs(name: String) throws {
        let fixture = try GoldenFixture.load(name)
        let logits = buffer(fixture["logits"].values)
        let labels = fixture["labels"].integers.map { Int32($0) }
        let smoothing = Float(fixture.number("labelSmoothing"))
        let gradient = unsetBuffer(logits.count)
        let sums = SoftmaxCrossEntropy.evaluate(
            logits: logits.slice,
            labels: labels[...],
            classCount: 10,
            smoothing: smoothing,
            scale: 1 / 7,
            gradient: gradient.slice
        )
        expectClose([sums.loss / 7], fixture["loss"].values, absolute: 0, relative: 2e-6)
        // One sample's logits reach 100, where the rounding error is 4e-6; probabilities have the same relative error.
        expectClose(gradient.array, fixture["logits.gradient"].values, absolute: 1e-7, relative: 1e-5)
        let losses = labels.indices.map { row in
            SoftmaxCrossEntropy.evaluate(
                logits: logits.slice[row * 10..<(row + 1) * 10],
                labels: labels[row...row],
                classCount: 10,
                smoothing: smoothing,
                scale: 1,
                gradient: nil
            ).loss
        }
        expectClose(losses, fixture["losses"].values, absolute: 1e-6, relative: 2e-6)
    }

    @Test(arguments: [2, 3, 7, 10, 16, 17, 100], [Float(0), 0.1])
    func lossesAndGradientsEqualTheDefinition(classCount: Int, smoothing: Float) {
        let batch = 5
        let logits = buffer(randomValues(batch * classCount, index: 1).map { $0 * 8 })
        let labels = (0..<Int32(batch)).map { $0 * 7 % Int32(classCount) }
        let gradient = unsetBuffer(logits.count)
        let sums = SoftmaxCrossEntropy.evaluate(
            logits: logits.slice,
            labels: labels[...],
            classCount: classCount,
            smoothing: smoothing,
            scale: 0.5,
            gradient: gradient.slice
        )
        var (loss, correctCount, expected) = (0.0, 0, [Float]())
        for (n, label) in labels.enumerated() {
            let row = (0..<classCount).map { Double(logits.slice[n * classCount + $0]) }
            let total = row.reduce(0) { $0 + exp($1) }
            for (k, logit) in row.enumerated() {
                let target = Double(smoothing) / Double(classCount) + (k == label ? 1 - Double(smoothing) : 0)
                loss -= target * (logit - log(total))
                expected.append(Float(0.5 * (exp(logit) / total - target)))
            }
            if row.firstIndex(of: row.max() ?? 0) == Int(label) { correctCount += 1 }
        }
        expectClose([sums.loss], [Float(loss)], absolute: 1e-5, relative: 2e-6)
        expectClose(gradient.array, expected, absolute: 1e-6, relative: 2e-6)
        #expect(sums.correctCount == correctCount)
    }

    /// Labels from mixup: two classes with a share each.
    @Test func lossesAndGradientsOfBlendsEqualPyTorchs() throws {
        let fixture = try GoldenFixture.load("crossEntropy-blended")
        let logits = buffer(fixture["logits"].values)
        var blend = SoftmaxCrossEntropy.Blend(batch: 7)
        blend.labels = fixture["others"].integers.map { Int32($0) }
        blend.shares = fixture["shares"].values
        let gradient = unsetBuffer(logits.count)
        let sums = SoftmaxCrossEntropy.evaluate(
            logits: logits.slice,
            labels: fixture["labels"].integers.map { Int32($0) }[...],
            classCount: 10,
            smoothing: Float(fixture.number("labelSmoothing")),
            scale: 1 / 7,
            gradient: gradient.slice,
            blend: blend
        )
        expectClose([sums.loss / 7], fixture["loss"].values, absolute: 0, relative: 2e-6)
        expectClose(gradient.array, fixture["logits.gradient"].values, absolute: 1e-7, relative: 1e-5)
    }

    /// By hand: an answer is right if it is the class with the larger share, the sample's own of two equal ones.
    @Test func theAnswerToABlendIsTheClassWithTheLargerShare() {
        func correctCount(answer: Int, share: Float) -> Int {
            var blend = SoftmaxCrossEntropy.Blend(batch: 1)
            (blend.labels, blend.shares) = ([2], [share])
            let logits = buffer((0..<3).map { $0 == answer ? 1 : 0 })
            return withExtendedLifetime(logits) {
                SoftmaxCrossEntropy.evaluate(
                    logits: logits.slice,
                    labels: [1],
                    classCount: 3,
                    smoothing: 0,
                    scale: 1,
                    gradient: nil,
                    blend: blend
                ).correctCount
            }
        }
        #expect([0, 1, 2].map { correctCount(answer: $0, share: 0.6) } == [0, 1, 0])
        #expect([0, 1, 2].map { correctCount(answer: $0, share: 0.4) } == [0, 0, 1])
        #expect([0, 1, 2].map { correctCount(answer: $0, share: 0.5) } == [0, 1, 0])
    }

    @Test func aNaNLogitMakesTheLossNaN() {
        for index in 0..<3 {
            let logits = buffer((0..<3).map { $0 == index ? .nan : 1 })
            let sums = SoftmaxCrossEntropy.evaluate(
                logits: logits.slice,
                labels: [1],
                classCount: 3,
                smoothing: 0,
                scale: 1,
                gradient: nil
            )
            #expect(sums.loss.isNaN, "at \(index)")
        }
    }

    @Test func withoutSamplesTheLossIsZero() {
        let nothing = AlignedBuffer(count: 0)
        let sums = SoftmaxCrossEntropy.evaluate(
            logits: nothing.slice,
            labels: [],
            classCount: 10,
            smoothing: 0,
            scale: 1,
            gradient: nothing.slice
        )
        #expect(sums == .zero)
    }
}
