import Explanation
import Testing

@Suite(.timeLimit(.minutes(10))) struct FloatImageTests {
    private let image = FloatImage(height: 2, width: 2, channels: 2, values: [1, 10, 2, 20, 3, 30, 4, 40])

    @Test func extractsChannelsAndPixels() {
        #expect(image.plane(1).values == [10, 20, 30, 40])
        #expect(image.mapPixels { $0.reduce(0, +) }.values == [11, 22, 33, 44])
        #expect(image[1, 0, 1] == 30)
    }

    @Test func fillsAreaBeyondTheEdges() {
        let part = image.cropped(top: -1, left: 1, height: 2, width: 2, outside: [7, 8])
        #expect(part.values == [7, 8, 7, 8, 2, 20, 7, 8])
    }

    /// The pixel centers of four columns are at 0.25, 0.75, 1.25 and 1.75 of two columns.
    @Test func interpolatesBetweenCenters() {
        let row = FloatImage(height: 1, width: 2, channels: 1, values: [0, 4])
        #expect(row.resized(height: 1, width: 4).values == [0, 1, 3, 4])
    }
}
