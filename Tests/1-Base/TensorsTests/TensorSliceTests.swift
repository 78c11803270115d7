import Tensors
import Testing

@Suite(.timeLimit(.minutes(10))) struct TensorSliceTests {
    private let buffer = AlignedBuffer(count: 7)

    init() { buffer.slice.copy(from: [0, 1, 2, 3, 4, 5, 6]) }

    @Test func slicesShareTheBuffersMemory() {
        let slice = buffer.slice[2..<6]
        #expect(slice.array == [2, 3, 4, 5])
        slice[1] = 30
        #expect(buffer.slice[3] == 30)
        #expect(slice[1..<3].array == [30, 4])
        #expect(slice.prefix(2).array == [2, 30])
    }

    @Test func copiesAndFillsStayInTheirSlice() {
        let source = AlignedBuffer(count: 2)
        source.slice.copy(from: [8, 9])
        buffer.slice[1..<3].copy(from: source.slice)
        buffer.slice[5..<6].fill(-1)
        buffer.slice[6..<6].fill(-2)
        #expect(buffer.slice.array == [0, 8, 9, 3, 4, -1, 6])
    }

    @Test func emptySlicesAreAllowedEverywhere() {
        #expect(buffer.slice[7..<7].array.isEmpty)
        buffer.slice.prefix(0).copy(from: [])
        #expect(buffer.slice[0..<0].count == 0)
    }

    /// An index out of range traps before memory outside of the slice is touched.
    @Test func indicesOutOfRangeTrap() async {
        await #expect(processExitsWith: .failure) {
            let buffer = AlignedBuffer(count: 7)
            _ = buffer.slice[2..<6][4]
        }
        await #expect(processExitsWith: .failure) {
            let buffer = AlignedBuffer(count: 7)
            _ = buffer.slice[2..<6][0..<5]
        }
        await #expect(processExitsWith: .failure) {
            let buffer = AlignedBuffer(count: 7)
            buffer.slice.copy(from: [1, 2])
        }
    }
}
