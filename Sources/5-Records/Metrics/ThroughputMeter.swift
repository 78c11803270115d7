/// Images per second, over the last interval and over the whole run.
///
/// Only the added seconds count, so evaluation and checkpoints aren't included unless their seconds are added.
public struct ThroughputMeter: Equatable, Sendable {
    private var interval = Tally()
    private var total = Tally()

    /// A meter without measurements.
    public init() {}

    /// Adds the images of one step, over all ranks.
    ///
    /// - Parameters:
    ///   - images: The step's training images.
    ///   - seconds: The step's duration.
    public mutating func add(images: Int, seconds: Double) {
        interval.add(images, seconds)
        total.add(images, seconds)
    }

    /// Starts a new interval; the rate of the whole run continues.
    public mutating func startInterval() {
        interval = Tally()
    }

    /// Images per second since the interval began; 0 before its first step.
    public var intervalImagesPerSecond: Double { interval.rate }

    /// Images per second since the meter was created; 0 before the first step.
    public var imagesPerSecond: Double { total.rate }

    private struct Tally: Equatable {
        var images = 0
        var seconds = 0.0

        mutating func add(_ images: Int, _ seconds: Double) {
            self.images += images
            self.seconds += seconds
        }

        var rate: Double { seconds > 0 ? Double(images) / seconds : 0 }
    }
}
