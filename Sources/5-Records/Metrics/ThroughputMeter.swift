/// Images per second.
///
/// Only the added seconds count, so evaluation and checkpoints aren't included unless their seconds are added.
package struct ThroughputMeter: Equatable, Sendable {
    private var images = 0
    private var seconds = 0.0

    /// A meter without measurements.
    package init() {}

    /// Adds the images of one step, over all ranks.
    ///
    /// - Parameters:
    ///   - images: The step's training images.
    ///   - seconds: The step's duration.
    package mutating func add(images: Int, seconds: Double) {
        self.images += images
        self.seconds += seconds
    }

    /// Images per second since the meter was created; 0 before the first step.
    package var imagesPerSecond: Double { seconds > 0 ? Double(images) / seconds : 0 }
}
