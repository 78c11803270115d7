import Statistics
import TestSupport
import Testing

/// Values computed with SciPy by `Tests/Support/Golden/student_t.py`.
@Suite(.timeLimit(.minutes(10))) struct StudentTTests {
    @Test(
        arguments: [
            (1, 0.6, 0.32491969623290634), (1, 0.95, 6.313751514675037), (1, 0.975, 12.706204736174694),
            (1, 0.995, 63.656741162871526), (2, 0.6, 0.2886751345948128), (2, 0.95, 2.9199855803537242),
            (2, 0.975, 4.302652729749462), (2, 0.995, 9.924843200918287), (4, 0.6, 0.2707222947075976),
            (4, 0.95, 2.1318467863266495), (4, 0.975, 2.7764451051977934), (4, 0.995, 4.604094871349992),
            (9, 0.6, 0.260955336473911), (9, 0.95, 1.833112932656237), (9, 0.975, 2.262157162798205),
            (9, 0.995, 3.249835541592126), (29, 0.6, 0.25568363457125604), (29, 0.95, 1.6991270265334972),
            (29, 0.975, 2.045229642132703), (29, 0.995, 2.756385903670605), (100, 0.6, 0.25402218245822766),
            (100, 0.95, 1.6602343260853392), (100, 0.975, 1.9839715185235518), (100, 0.995, 2.6258905214380173),
        ]
    )
    func quantilesEqualSciPys(degreesOfFreedom: Int, probability: Double, expected: Double) {
        let student = StudentT(degreesOfFreedom: degreesOfFreedom)
        #expect(abs(student.quantile(probability) / expected - 1) < 1e-12)
        #expect(abs(student.quantile(1 - probability) / -expected - 1) < 1e-12)
    }

    @Test(
        arguments: [
            (1, -3.0, 0.10241638234956672), (2, -0.5, 0.33333333333333337), (4, 0.0, 0.5),
            (9, 1.25, 0.8785878627278294), (29, 2.0, 0.9725281814085164), (100, -4.5, 9.192305773807744e-06),
        ]
    )
    func probabilitiesEqualSciPys(degreesOfFreedom: Int, t: Double, expected: Double) {
        let probability = StudentT(degreesOfFreedom: degreesOfFreedom).cumulativeProbability(t)
        #expect(abs(probability / expected - 1) < 1e-12)
    }
}
