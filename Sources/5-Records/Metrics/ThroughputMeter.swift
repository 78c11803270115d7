/// Images a second, over the last interval and over the whole run.
///
/// Only the time that is added counts, so evaluation and checkpoints stay out of the rate unless their seconds are
/// added too.
public struct ThroughputMeter: Equatable, Sendable {
    private var interval = Tally()
    private var total = Tally()

    /// A meter that has seen nothing.
    public init() {}

    /// Counts the images of one step over all ranks.
    ///
    /// - Parameters:
    ///   - images: How many images the step trained on.
    ///   - seconds: How long it took.
    public mutating func add(images: Int, seconds: Double) {
        interval.add(images, seconds)
        total.add(images, seconds)
    }

    /// Begins a new interval; the whole run's rate goes on.
    public mutating func startInterval() {
        interval = Tally()
    }

    /// Images a second since the interval began; 0 before the first step of it.
    public var intervalImagesPerSecond: Double { interval.rate }

    /// Images a second since the meter was made; 0 before the first step.
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
