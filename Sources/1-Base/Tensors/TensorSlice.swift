/// A borrowed range of floats inside an `AlignedBuffer`, which layers pass to kernels instead of pointers.
///
/// Copying a slice doesn't copy the floats. The owner of the buffer keeps it alive; slices that several threads write
/// to at once must not overlap.
public struct TensorSlice: @unchecked Sendable {
    package let base: UnsafeMutablePointer<Float>

    /// How many floats the slice covers.
    public let count: Int

    package init(base: UnsafeMutablePointer<Float>, count: Int) {
        self.base = base
        self.count = count
    }

    /// The float at `index`.
    ///
    /// - Parameter index: A position in `0 ..< count`.
    public subscript(index: Int) -> Float {
        get {
            checkBounds(index..<index + 1)
            return base[index]
        }
        nonmutating set {
            checkBounds(index..<index + 1)
            base[index] = newValue
        }
    }

    /// The part of the slice at `range`.
    ///
    /// - Parameter range: Positions in `0 ..< count`.
    public subscript(range: Range<Int>) -> TensorSlice {
        checkBounds(range)
        return TensorSlice(base: base + range.lowerBound, count: range.count)
    }

    /// The first `length` floats.
    ///
    /// - Parameter length: At most `count`.
    /// - Returns: A slice of `length` floats.
    public func prefix(_ length: Int) -> TensorSlice { self[0..<length] }

    /// Sets every float to `value`.
    ///
    /// - Parameter value: What to store.
    public func fill(_ value: Float) {
        base.update(repeating: value, count: count)
    }

    /// Copies `source` here.
    ///
    /// - Parameter source: As many floats as this slice has; it may not overlap it.
    public func copy(from source: TensorSlice) {
        precondition(source.count == count, "copy: \(source.count) floats found, \(count) needed")
        base.update(from: source.base, count: count)
    }

    /// Copies `values` here.
    ///
    /// - Parameter values: As many floats as this slice has.
    public func copy(from values: [Float]) {
        precondition(values.count == count, "copy: \(values.count) floats found, \(count) needed")
        values.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            base.update(from: start, count: count)
        }
    }

    /// The floats as an array, for tests, files and reports; never in a hot loop.
    public var array: [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }

    private func checkBounds(_ range: Range<Int>) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= count,
            "TensorSlice: positions \(range) found, 0 ..< \(count) needed"
        )
    }
}
