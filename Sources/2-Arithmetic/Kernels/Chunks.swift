/// The numbers from 0 up to a count, cut into chunks of one length, the last perhaps shorter.
///
/// Iterating allocates nothing, which a lazily mapped stride does not promise.
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
