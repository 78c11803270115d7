/// In which order a thread runs its shards' passes, and how many workspaces that takes.
///
/// Usually a shard is run forward and backward before the next one. Some networks end in a head: the dense layers after the
/// last image, where most of the parameters are theirs, and some are not. There every shard is run to the end of its head's
/// gradients first, and then every shard through the rest. The head's gradients are most of what has to be reduced, and
/// computing the others takes most of the time, so that the one is done during the other. The price is a workspace for each
/// of a rank's shards, not for each of its threads.
///
/// FIGURE
package struct ShardOrder: Sendable {
    /// The position of the head's first layer; nil where there is no head.
    let headStart: Int?
    /// Floats that the head reads of a sample; 0 where there is no head.
    let headInputCount: Int

    /// The order for a network of these layers.
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

    /// Whether all shards' heads are run before the first shard's rest.
    package var isHeadFirst: Bool { headStart != nil }

    /// Runs a thread's shards.
    ///
    /// - Parameters:
    ///   - shards: The thread's, as the rank numbers them.
    ///   - head: Runs a shard forward, and backward to the end of its head's gradients: `Replica.trainHead`.
    ///   - backbone: Runs the rest of its backward pass: `Replica.trainBackbone`.
    package func run(_ shards: some Sequence<Int>, head: (Int) -> Void, backbone: (Int) -> Void) {
        for shard in shards {
            head(shard)
            if !isHeadFirst { backbone(shard) }
        }
        guard isHeadFirst else { return }
        for shard in shards { backbone(shard) }
    }

    /// How many workspaces a rank needs.
    ///
    /// - Parameters:
    ///   - threadCount: The rank's threads.
    ///   - shardCount: The rank's shards.
    /// - Returns: As many as threads at least.
    package func workspaceCount(threadCount: Int, shardCount: Int) -> Int {
        isHeadFirst ? max(threadCount, shardCount) : threadCount
    }

    /// The workspace of a shard.
    ///
    /// - Parameters:
    ///   - shard: The shard, as the rank numbers it.
    ///   - thread: The thread that runs it.
    /// - Returns: Its position among the rank's.
    package func workspace(ofShard shard: Int, thread: Int) -> Int { isHeadFirst ? shard : thread }

    /// Whether samples of the next batch can be loaded before the step is over: whether the shard is the first to use its
    /// workspace.
    ///
    /// - Parameters:
    ///   - shard: The shard, as the rank numbers it.
    ///   - thread: The thread that runs it.
    /// - Returns: Whether they can.
    package func canLoadAhead(shard: Int, thread: Int) -> Bool { isHeadFirst || shard == thread }
}
