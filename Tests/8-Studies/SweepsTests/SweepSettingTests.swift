import ConfigurationFiles
import Sweeps
import Testing

@Suite(.timeLimit(.minutes(10))) struct SweepSettingTests {
    private let list = SweepParameter(key: "a", values: .list(["1", "2"]))
    private let other = SweepParameter(key: "b", values: .list(["x", "y", "z"]))
    private let logarithmic = SweepParameter(
        key: "c",
        values: .range(minimum: 1e-4, maximum: 1e-1, scale: .logarithmic, isInteger: false)
    )

    @Test func aGridIsTheProductOfItsLists() {
        #expect(
            SweepSetting.grid([list, other]).map(\.overrides) == [
                ["a=1", "b=x"], ["a=1", "b=y"], ["a=1", "b=z"], ["a=2", "b=x"], ["a=2", "b=y"], ["a=2", "b=z"],
            ]
        )
    }

    @Test func randomSettingsFollowFromTheSeedAndTheirPosition() {
        let parameters = [list, logarithmic]
        let settings = SweepSetting.random(parameters, count: 20, seed: 5)
        #expect(SweepSetting.random(parameters, count: 20, seed: 5) == settings)
        #expect(SweepSetting.random(parameters, count: 7, seed: 5) == Array(settings.prefix(7)))
        #expect(SweepSetting.random(parameters, count: 20, seed: 6) != settings)
    }

    /// On a logarithmic scale each of three decades gets a third: 100 of 300, with a standard deviation of about 8.
    @Test func aLogarithmicRangeGivesEachDecadeItsShare() throws {
        let values = SweepSetting.random([logarithmic], count: 300, seed: 0).compactMap { Double($0.values[0].value) }
        #expect(values.count == 300)
        #expect(values.allSatisfy { (1e-4...1e-1).contains($0) })
        let counts = [1e-4..<1e-3, 1e-3..<1e-2, 1e-2..<1e-1].map { decade in values.count { decade.contains($0) } }
        #expect(counts.allSatisfy { (70...130).contains($0) })
    }

    @Test func integersStayInTheirRange() {
        let parameter = SweepParameter(
            key: "d",
            values: .range(minimum: 2, maximum: 4, scale: .linear, isInteger: true)
        )
        let values = SweepSetting.random([parameter], count: 100, seed: 0).map { $0.values[0].value }
        #expect(Set(values) == ["2", "3", "4"])
    }
}
