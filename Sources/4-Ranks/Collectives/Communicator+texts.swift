extension Communicator {
    /// Sends every rank's text, of up to 128 bytes, to all ranks.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameter text: This rank's text; what is longer is cut off.
    /// - Returns: The texts, by rank.
    /// - Throws: `CollectiveError`.
    package func allGatherTexts(_ text: String) throws(CollectiveError) -> [String] {
        let length = 128
        let bytes = Array(text.utf8.prefix(length))
        let all = try allGather(bytes + [UInt8](repeating: 0, count: length - bytes.count))
        return (0..<worldSize).map { rank in
            String(decoding: all[rank * length..<(rank + 1) * length].prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
