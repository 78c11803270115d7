/// The views of an image over which a network's logits are averaged in evaluation.
package enum TestTimeAugmentation: Sendable, CaseIterable {
    /// The image as it is.
    case none
    /// The image and its mirror image.
    case mirror
    /// Half of it `mirror`, and half the mean of `mirror` of the image moved by a pixel down and right, and up and left, its
    /// border reflected (Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", 2024, section 3.5).
    case translate

    /// One of the views.
    package struct View: Sendable {
        /// Where the image is looked at.
        package let placement: Augmentation.Placement
        /// Its share of the mean; those of all views add up to 1.
        package let weight: Float
    }

    /// The views, in the order in which their logits are added.
    package var views: [View] {
        switch self {
        case .none: [View(placement: .init(), weight: 1)]
        case .mirror: Self.bothWays(offset: 0, weight: 1)
        case .translate:
            Self.bothWays(offset: 0, weight: 0.5) + Self.bothWays(offset: -1, weight: 0.25)
                + Self.bothWays(offset: 1, weight: 0.25)
        }
    }

    /// The most pixels by which a view is moved.
    var reach: Int { self == .translate ? 1 : 0 }

    private static func bothWays(offset: Int, weight: Float) -> [View] {
        [false, true].map { isMirrored in
            let placement = Augmentation.Placement(isMirrored: isMirrored, rowOffset: offset, columnOffset: offset)
            return View(placement: placement, weight: weight / 2)
        }
    }
}
