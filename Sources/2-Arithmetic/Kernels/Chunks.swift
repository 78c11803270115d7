/// The integers from 0 up to a count in chunks of one length; the last one may be shorter.
///
/// Iterating doesn't allocate, which a lazily mapped stride doesn't promise.
package struct Chunks: Sequence, IteratorProtocol {
    private var start = 0
    private let length: Int
    private let count: Int

    package init(of length: Int, in count: Int) {
        self.length = length
        self.count = count
    }

    package mutating func next() -> Range<Int>? {
        guard start < count else { return nil }
        defer { start += length }
        return start..<Swift.min(start + length, count)
    }
}
