import Datasets
import Tensors
import Testing

@Suite(.timeLimit(.minutes(10))) struct PixelShiftTests {
    private let row = ImageSet(
        shape: ImageShape(channels: 1, height: 2, width: 4),
        pixels: [10, 20, 30, 40, 50, 60, 70, 80],
        labels: [0]
    )

    private var dataset: ImageDataset {
        ImageDataset(
            name: "row",
            classNames: ["all"],
            maximumPixelValue: 1,
            normalization: Normalization(mean: [0], standardDeviation: [1]),
            training: row,
            test: row
        )
    }

    private func shifted(_ shift: PixelShift) throws -> [Float] {
        let loader = try BatchLoader(dataset: dataset, shift: shift)
        let buffer = AlignedBuffer(count: row.shape.count)
        var labels: [Int32] = [0]
        labels.withUnsafeMutableBufferPointer { labels in
            loader.load([0], from: row, epoch: nil, into: buffer.slice, labels: labels)
        }
        return (0..<row.shape.count).map { buffer.slice[$0] }
    }

    @Test(
        arguments: [
            (PixelShift(rows: 0, columns: 0), [10, 20, 30, 40, 50, 60, 70, 80]),
            (PixelShift(rows: 0, columns: 1), [20, 10, 20, 30, 60, 50, 60, 70]),
            (PixelShift(rows: 0, columns: -1), [20, 30, 40, 30, 60, 70, 80, 70]),
            (PixelShift(rows: 1, columns: 0), [50, 60, 70, 80, 10, 20, 30, 40]),
        ]
    )
    func movesTheImageOverItsReflectedBorder(shift: PixelShift, expected: [Float]) throws {
        #expect(try shifted(shift) == expected)
    }

    @Test func aShiftBeyondTheReflectedBorderIsRefused() {
        #expect(throws: DatasetError.self) { try shifted(PixelShift(rows: 2, columns: 0)) }
    }

    @Test func aShiftHasFourDirections() {
        #expect(PixelShift.inEachDirection(pixels: 0) == [PixelShift(rows: 0, columns: 0)])
        let four = PixelShift.inEachDirection(pixels: 3)
        #expect(Set(four).count == 4)
        #expect(four.allSatisfy { abs($0.rows) + abs($0.columns) == 3 })
    }
}
