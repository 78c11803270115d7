import Reports
import Testing

@Suite(.timeLimit(.minutes(10))) struct ScaleTests {
    @Test(
        arguments: [
            ([0.0, 100], [0.0, 20, 40, 60, 80, 100]),
            ([43.7, 70.2], [40, 50, 60, 70, 80]),
            ([0.52, 0.55], [0.52, 0.53, 0.54, 0.55]),
            ([1, 12], [0, 5, 10, 15]),
            ([-0.3, 0.3], [-0.4, -0.2, 0, 0.2, 0.4]),
        ]
    )
    func linearTicksAreRoundNumbersAroundTheValues(values: [Double], expected: [Double]) {
        #expect(Scale(.linear, of: values, range: (0, 1)).ticks == expected)
    }

    @Test(arguments: [([1.0, 3], [1.0, 2, 3]), ([2, 2], [2, 3]), ([0, 8], [0, 2, 4, 6, 8])])
    func wholeTicksAreAtLeastOneApart(values: [Double], expected: [Double]) {
        #expect(Scale(.whole, of: values, range: (0, 1)).ticks == expected)
    }

    @Test(
        arguments: [
            ([1.0, 100], [1.0, 2, 5, 10, 20, 50, 100]),
            ([8, 1024], [5, 10, 20, 50, 100, 200, 500, 1000, 2000]),
            ([1792, 1.6e9], [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10]),
        ]
    )
    func logarithmicTicksAreDecadesOrTheirParts(values: [Double], expected: [Double]) {
        let ticks = Scale(.logarithmic, of: values, range: (0, 1)).ticks
        #expect(ticks.count == expected.count)
        #expect(zip(ticks, expected).allSatisfy { abs($0 / $1 - 1) < 1e-12 })
    }

    @Test func positionsGoFromOneEndOfTheRangeToTheOther() {
        let linear = Scale(.linear, of: [0, 100], range: (300, 20))
        #expect([0, 25, 100].map(linear.position) == [300, 230, 20])
        let logarithmic = Scale(.logarithmic, of: [1, 100], range: (0, 60))
        #expect([1, 10, 100].map { logarithmic.position($0).rounded() } == [0, 30, 60])
    }

    @Test func aSingleValueHasAScale() {
        let scale = Scale(.linear, of: [3], range: (0, 1))
        #expect(scale.domain.contains(3))
        #expect(scale.ticks.count >= 2)
    }
}
