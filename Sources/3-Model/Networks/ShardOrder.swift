/// The order in which a thread runs the passes of its shards, and the number of workspaces that order needs.
///
/// Usually a shard is run forward and backward before the next one starts. Some networks end in a head: the dense
/// layers after the last image, if they have most of the parameters. With a head, a thread first runs each of its
/// shards forward and backward through the head, and then each of them backward through the rest. The head has most of
/// the gradients to reduce, and the rest takes most of the computing time, so that the reduction of the head's
/// gradients overlaps with the computation of the others. This needs a workspace for each of a rank's shards instead of
/// one for each of its threads.
///
/// Six runs each of `cnn.yaml` on two ranks, with and without the head first in turns, on a machine that other programs
/// kept busy: over a link of 200 Mbit/s 0.1 to 2.2 % of a step is exposed communication, 7.3 to 17.4 % without; over
/// 1 Gbit/s 0.5 to 2.0 %, and 0.4 to 2.6 % without. Images per second differed by less than they varied.
package struct ShardOrder: Sendable {
    /// The position of the head's first layer; nil if there is no head.
    let headStart: Int?
    /// Floats per sample that the head reads; 0 if there is no head.
    let headInputCount: Int

    /// The order for these layers.
    init(of layers: [NamedLayer]) {
        headStart = Self.headStart(layers)
        headInputCount = headStart.map { layers[$0 - 1].plan.outputShape.count } ?? 0
    }

    private init(headStart: Int?, headInputCount: Int) {
        self.headStart = headStart
        self.headInputCount = headInputCount
    }

    /// The order where shards are computed in parts: a thread then keeps the activations of one part alone.
    ///
    /// - Parameter partCount: Parts of a shard.
    /// - Returns: This order where there is one part, else one shard after another.
    package func accumulating(partCount: Int) -> ShardOrder {
        partCount > 1 ? ShardOrder(headStart: nil, headInputCount: 0) : self
    }

    private static func headStart(_ layers: [NamedLayer]) -> Int? {
        let lastImage = layers.lastIndex { if case .image = $0.plan.outputShape { true } else { false } }
        guard let lastImage, let start = layers[lastImage...].firstIndex(where: { $0.layer.role == .dense }) else {
            return nil
        }
        let counts = layers.map { $0.plan.parameters.reduce(0) { $0 + $1.count } }
        let backboneCount = counts[..<start].reduce(0, +)
        return backboneCount > 0 && counts[start...].reduce(0, +) >= backboneCount ? start : nil
    }

    /// Whether the heads of all shards are run before the rest of the first one.
    package var isHeadFirst: Bool { headStart != nil }

    /// Runs a thread's shards.
    ///
    /// - Parameters:
    ///   - shards: The thread's shards, as numbered by the rank.
    ///   - head: Runs a shard forward, and backward through the head: `Replica.trainHead`.
    ///   - backbone: Runs the rest of the backward pass: `Replica.trainBackbone`.
    package func run(_ shards: some Sequence<Int>, head: (Int) -> Void, backbone: (Int) -> Void) {
        for shard in shards {
            head(shard)
            if !isHeadFirst { backbone(shard) }
        }
        guard isHeadFirst else { return }
        for shard in shards { backbone(shard) }
    }

    /// The number of workspaces that a rank needs.
    ///
    /// - Parameters:
    ///   - threadCount: The rank's threads.
    ///   - shardCount: The rank's shards.
    /// - Returns: At least one per thread.
    package func workspaceCount(threadCount: Int, shardCount: Int) -> Int {
        isHeadFirst ? max(threadCount, shardCount) : threadCount
    }

    /// The workspace of a shard.
    ///
    /// - Parameters:
    ///   - shard: The shard, as numbered by the rank.
    ///   - thread: The thread that runs it.
    /// - Returns: Its index among the rank's workspaces.
    package func workspace(ofShard shard: Int, thread: Int) -> Int { isHeadFirst ? shard : thread }

    /// Whether samples of the next batch can be loaded before the step is over: whether the shard is the first to use
    /// its workspace.
    ///
    /// - Parameters:
    ///   - shard: The shard, as the rank numbers it.
    ///   - thread: The thread that runs it.
    /// - Returns: Whether they can.
    package func canLoadAhead(shard: Int, thread: Int) -> Bool { isHeadFirst || shard == thread }
}
