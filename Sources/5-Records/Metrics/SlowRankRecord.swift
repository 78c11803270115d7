/// A rank has become slow, or has recovered.
package struct SlowRankRecord: Codable, Equatable, Sendable {
    /// Training steps completed.
    package var step: Int
    /// The rank.
    package var rank: Int
    /// Its host.
    package var host: String
    /// How many times as long as the median rank it computes, per shard.
    package var factor: Double
    /// The likely reason; nil if the rank has recovered.
    package var reason: String?
    /// When it happened, in seconds since 1970.
    package var wallTime: Double

    package init(step: Int, rank: Int, host: String, factor: Double, reason: String?, wallTime: Double) {
        self.step = step
        self.rank = rank
        self.host = host
        self.factor = factor
        self.reason = reason
        self.wallTime = wallTime
    }
}
