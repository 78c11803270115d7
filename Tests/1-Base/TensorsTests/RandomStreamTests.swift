import Tensors
import Testing

@Suite(.timeLimit(.minutes(10))) struct RandomStreamTests {
    /// The known answers published by the generator's authors.
    @Test func philoxGivesThePublishedValues() {
        let zeros = philox4x32(counter: (0, 0, 0, 0), key: (0, 0))
        #expect(zeros == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
        let all = UInt32.max
        let ones = philox4x32(counter: (all, all, all, all), key: (all, all))
        #expect(ones == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        let pi = philox4x32(
            counter: (0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
            key: (0xa409_3822, 0x299f_31d0)
        )
        #expect(pi == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test func numbersDependOnTheCoordinatesOnly() {
        var first = RandomStream(seed: 7, purpose: .augmentation, epoch: 2, index: 11)
        _ = first.next()
        var other = RandomStream(seed: 7, purpose: .augmentation, epoch: 2, index: 12)
        _ = other.next()
        var again = RandomStream(seed: 7, purpose: .augmentation, epoch: 2, index: 11)
        _ = again.next()
        let expected = first.next()
        #expect(again.next() == expected)
        #expect(other.next() != expected)
    }

    @Test(arguments: [0, 1, 2, 17, 1000])
    func aPermutationContainsEachNumberOnce(count: Int) {
        var stream = RandomStream(seed: 3, purpose: .sampleOrder, epoch: 1)
        let order = stream.permutation(of: count)
        #expect(order.sorted() == (0..<Int32(count)).map { $0 })
        if count > 100 { #expect(order != order.sorted()) }
    }

    @Test func uniformsFillTheUnitInterval() {
        var stream = RandomStream(seed: 1, purpose: .initialization)
        let values = (0..<100_000).map { _ in stream.nextUniform() }
        #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
        let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
        #expect(abs(mean - 0.5) < 0.005)
    }
}
