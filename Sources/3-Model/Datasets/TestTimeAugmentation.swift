/// Test-time augmentation: the views of an image over which a network's logits are averaged.
package enum TestTimeAugmentation: Sendable, CaseIterable {
    /// The image only.
    case none
    /// The image and its mirror image.
    case mirror
    /// The mean of two parts: `mirror`, and the mean of `mirror` over two translations of the image, one pixel down and
    /// right, and one up and left, padded by reflection (Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU",
    /// 2024, section 3.5).
    case translate

    /// One of the views.
    package struct View: Sendable {
        /// The translation and flip.
        package let placement: Augmentation.Placement
        /// Its weight in the mean; the weights of all views add up to 1.
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

    /// The largest translation in pixels.
    var reach: Int { self == .translate ? 1 : 0 }

    private static func bothWays(offset: Int, weight: Float) -> [View] {
        [false, true].map { isMirrored in
            let placement = Augmentation.Placement(isMirrored: isMirrored, rowOffset: offset, columnOffset: offset)
            return View(placement: placement, weight: weight / 2)
        }
    }
}
