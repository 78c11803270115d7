package import Tensors

/// The places in many images where each filter of a layer responds most, at most one per image (Zeiler and Fergus,
/// 2014, section 4).
package struct StrongestPatches: Sendable {
    /// A place where a filter responds.
    package struct Place: Sendable, Equatable {
        /// The image, by its index in the data set.
        package let image: Int
        /// The row in the layer's feature maps.
        package let row: Int
        /// The column in the layer's feature maps.
        package let column: Int
        /// The filter's response.
        package let response: Float
    }

    /// The places of each filter, the strongest first.
    package private(set) var places: [[Place]]
    private let height: Int
    private let width: Int
    private let countPerFilter: Int

    /// An empty collection.
    ///
    /// - Parameters:
    ///   - height: Rows of the layer's feature maps.
    ///   - width: Columns of the layer's feature maps.
    ///   - filterCount: Channels of the layer's feature maps.
    ///   - countPerFilter: The number of places to keep for each filter.
    package init(height: Int, width: Int, filterCount: Int, countPerFilter: Int) {
        self.height = height
        self.width = width
        self.countPerFilter = countPerFilter
        places = Array(repeating: [], count: filterCount)
    }

    /// Adds images; of equal responses the first one is kept.
    ///
    /// - Parameters:
    ///   - maps: The layer's output, `[N, H, W, C]`.
    ///   - firstImage: The index of the first image; the others follow it.
    package mutating func add(_ maps: TensorSlice, firstImage: Int) {
        let filterCount = places.count
        let size = height * width * filterCount
        for sample in 0..<maps.count / size {
            let start = maps.base + sample * size
            for filter in 0..<filterCount {
                var (best, position) = (start[filter], 0)
                for pixel in 1..<max(height * width, 1) where start[pixel * filterCount + filter] > best {
                    (best, position) = (start[pixel * filterCount + filter], pixel)
                }
                let (row, column) = position.quotientAndRemainder(dividingBy: width)
                insert(Place(image: firstImage + sample, row: row, column: column, response: best), filter: filter)
            }
        }
    }

    private mutating func insert(_ place: Place, filter: Int) {
        let rank = places[filter].lastIndex { $0.response >= place.response }.map { $0 + 1 } ?? 0
        guard rank < countPerFilter else { return }
        places[filter].insert(place, at: rank)
        if places[filter].count > countPerFilter { places[filter].removeLast() }
    }
}
