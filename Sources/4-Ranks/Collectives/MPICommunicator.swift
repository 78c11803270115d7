import COpenMPI
import Processes

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The ranks started by mpirun, with Open MPI.
///
/// MPI is initialized as `MPI_THREAD_FUNNELED`: only the thread that called `world()`, which is the main thread, may
/// use it.
package final class MPICommunicator: Communicator, @unchecked Sendable {
    /// The number of this process.
    package let rank: Int
    /// The number of processes started by mpirun.
    package let worldSize: Int
    /// MPI's name of each rank's machine, by rank.
    package let hostNames: [String]
    /// The ranks on this machine.
    package let node: NodePlacement
    /// The longest time to wait.
    package var timeout = Duration.seconds(60)
    /// The time of the last probe for an alarm.
    var lastProbe = ContinuousClock.now
    /// What this rank is doing.
    package var status: RankStatus {
        get { statusMemory.pointee }
        set { statusMemory.pointee = newValue }
    }

    /// In the memory of this process, or in a mapped file.
    private var statusMemory: UnsafeMutablePointer<RankStatus>
    /// For gradients and parameters.
    let world: MPI_Comm
    /// For statuses only, so that no pending collective can be confused with them.
    let statusChannel: MPI_Comm
    /// Prevents that the folder of statuses is removed while this process lives.
    private var statusFolder: FileLock?

    private init(
        rank: Int,
        worldSize: Int,
        hostNames: [String],
        node: NodePlacement,
        world: MPI_Comm,
        statusChannel: MPI_Comm
    ) {
        self.rank = rank
        self.worldSize = worldSize
        self.hostNames = hostNames
        self.node = node
        self.world = world
        self.statusChannel = statusChannel
        statusMemory = .allocate(capacity: 1)
        statusMemory.initialize(to: RankStatus())
    }

    /// Keeps the status in a file from now on, where it outlives this process.
    ///
    /// If the file can't be created, the status stays in memory: a run doesn't fail because of a report.
    ///
    /// - Parameter folder: An existing folder; see `StatusFile`.
    package func keepStatus(in folder: String) {
        guard let memory = StatusFile.map(rank: rank, in: folder) else { return }
        statusFolder = try? FileLock.take(folder, .shared)
        memory.initialize(to: status)
        statusMemory = memory
    }

    /// Initializes MPI.
    ///
    /// Call it once in a process, on its main thread.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Returns: The communicator of all ranks that mpirun started.
    /// - Throws: `CollectiveError.failed`.
    package static func world() throws(CollectiveError) -> MPICommunicator {
        sendWholeBucketsOverTCP()
        var provided: Int32 = 0
        try check(MPI_Init_thread(nil, nil, Int32(MPI_THREAD_FUNNELED), &provided), "MPI_Init_thread")
        guard let world = copenmpi_comm_world(), provided >= Int32(MPI_THREAD_FUNNELED) else {
            throw .failed(rank: nil, function: "MPI_Init_thread", message: "it does not allow threads beside its own")
        }
        // Without this, MPI ends the process before an error can be thrown. Derived communicators inherit it.
        try check(MPI_Comm_set_errhandler(world, copenmpi_errors_return()), "MPI_Comm_set_errhandler")
        var (rank, worldSize): (Int32, Int32) = (0, 0)
        try check(MPI_Comm_rank(world, &rank), "MPI_Comm_rank")
        try check(MPI_Comm_size(world, &worldSize), "MPI_Comm_size", rank: Int(rank))
        var statusChannel: MPI_Comm?
        try check(MPI_Comm_dup(world, &statusChannel), "MPI_Comm_dup", rank: Int(rank))
        guard let statusChannel else {
            throw .failed(rank: Int(rank), function: "MPI_Comm_dup", message: "it gave no communicator")
        }
        return MPICommunicator(
            rank: Int(rank),
            worldSize: Int(worldSize),
            hostNames: try hostNames(world, rank: Int(rank), worldSize: Int(worldSize)),
            node: try placement(world, rank: Int(rank)),
            world: world,
            statusChannel: statusChannel
        )
    }

    /// Makes Open MPI hand a bucket of a gradient to the operating system in one piece, unless the environment says
    /// otherwise.
    ///
    /// By default the receiver has to answer first, and then pieces of 128 KiB follow, both only inside of MPI calls:
    /// the link would be idle between the backward passes of two layers.
    private static func sendWholeBucketsOverTCP() {
        for option in ["eager_limit", "max_send_size"] { setenv("OMPI_MCA_btl_tcp_\(option)", "\(2 << 20)", 0) }
    }

    /// Whether a launcher started this process as one of several ranks, according to its environment.
    package static var isLaunchedByMPI: Bool {
        ["OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"].contains { (name: String) in getenv(name) != nil }
    }

    /// Ends MPI.
    ///
    /// Don't call it after an error: then only `abort` frees the other ranks.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Throws: `CollectiveError`.
    package func finalize() throws(CollectiveError) {
        try barrier()
        try check(MPI_Finalize(), "MPI_Finalize")
    }

    /// Ends all ranks immediately.
    ///
    /// - Parameter exitCode: The exit code of mpirun.
    package func abort(exitCode: Int32) -> Never {
        MPI_Abort(world, exitCode)
        // Without exit handlers, which could wait for dead ranks.
        _exit(exitCode)
    }

    func check(_ code: Int32, _ function: String) throws(CollectiveError) {
        try Self.check(code, function, rank: rank)
    }

    private static func check(_ code: Int32, _ function: String, rank: Int? = nil) throws(CollectiveError) {
        guard code != MPI_SUCCESS else { return }
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(MPI_MAX_ERROR_STRING)) { buffer in
            var length: Int32 = 0
            MPI_Error_string(code, buffer.baseAddress, &length)
            return String(decoding: buffer.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
        throw .failed(rank: rank, function: function, message: text)
    }

    private static func hostNames(_ world: MPI_Comm, rank: Int, worldSize: Int) throws(CollectiveError) -> [String] {
        let width = Int(MPI_MAX_PROCESSOR_NAME)
        let names = UnsafeMutableBufferPointer<CChar>.allocate(capacity: (worldSize + 1) * width)
        defer { names.deallocate() }
        names.initialize(repeating: 0)
        let own = UnsafeMutableBufferPointer(rebasing: names.suffix(width))
        var length: Int32 = 0
        try check(MPI_Get_processor_name(own.baseAddress, &length), "MPI_Get_processor_name", rank: rank)
        try check(
            MPI_Allgather(
                own.baseAddress,
                Int32(width),
                copenmpi_byte(),
                names.baseAddress,
                Int32(width),
                copenmpi_byte(),
                world
            ),
            "MPI_Allgather",
            rank: rank
        )
        return (0..<worldSize).map { index in
            let name = names[index * width..<(index + 1) * width].prefix { $0 != 0 }
            return String(decoding: name.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }

    private static func placement(_ world: MPI_Comm, rank: Int) throws(CollectiveError) -> NodePlacement {
        var node: MPI_Comm?
        try check(
            MPI_Comm_split_type(world, copenmpi_comm_type_shared(), Int32(rank), copenmpi_info_null(), &node),
            "MPI_Comm_split_type",
            rank: rank
        )
        var (index, count): (Int32, Int32) = (0, 0)
        try check(MPI_Comm_rank(node, &index), "MPI_Comm_rank", rank: rank)
        try check(MPI_Comm_size(node, &count), "MPI_Comm_size", rank: rank)
        let masks = try allowedCores(node, rankCount: Int(count), rank: rank)
        try check(MPI_Comm_free(&node), "MPI_Comm_free", rank: rank)
        return NodePlacement(index: Int(index), allowedCores: masks)
    }

    /// Gathers the cores that each rank of a machine may use, as one mask per rank.
    private static func allowedCores(_ node: MPI_Comm?, rankCount: Int, rank: Int) throws(CollectiveError) -> [[Int]] {
        let width = ProcessorCores.maskByteCount
        let own = ProcessorCores.mask(of: ProcessorCores.allowed)
        var all = [UInt8](repeating: 0, count: rankCount * width)
        let code = MPI_Allgather(own, Int32(width), copenmpi_byte(), &all, Int32(width), copenmpi_byte(), node)
        try check(code, "MPI_Allgather", rank: rank)
        return (0..<rankCount).map { ProcessorCores.cores(in: all[$0 * width..<($0 + 1) * width]) }
    }
}
