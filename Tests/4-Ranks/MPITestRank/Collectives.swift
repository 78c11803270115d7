import Collectives
import Foundation
import Tracing

/// Runs every collective with inputs that depend on the rank, and compares the results with formulas.
func checkCollectives(_ communicator: MPICommunicator) throws {
    let (rank, ranks) = (communicator.rank, communicator.worldSize)
    try require(MPICommunicator.isLaunchedByMPI, "isLaunchedByMPI")
    try require(try communicator.allGather(rank * rank) == (0..<ranks).map { $0 * $0 }, "allGather")
    let bytes: [UInt8] = [1, 2, UInt8(ranks)]
    try require(try communicator.broadcast(rank == ranks - 1 ? bytes : [], from: ranks - 1) == bytes, "broadcast")
    try require(communicator.node.rankCount == ranks && communicator.node.index == rank, "node")
    try checkSum(communicator)
    try checkBlocks(communicator)
    try checkSharedMemory(communicator)
    if rank == 0 { print("all collectives agree") }
}

private func require(_ condition: Bool, _ name: String) throws {
    struct WrongResult: Error { let name: String }
    if !condition { throw WrongResult(name: name) }
}

private func checkSum(_ communicator: MPICommunicator) throws {
    var values = (0..<1000).map { Float(communicator.rank * $0) }
    try values.withUnsafeMutableBufferPointer { buffer in
        var pending = try communicator.startAllReduceSum(buffer)
        try communicator.wait(for: &pending)
    }
    let sumOfRanks = communicator.worldSize * (communicator.worldSize - 1) / 2
    try require(values == (0..<1000).map { Float(sumOfRanks * $0) }, "allReduceSum")
}

/// Rank r sends r + 1 floats 10 r + s to each rank s; then every rank's own blocks are gathered in place.
private func checkBlocks(_ communicator: MPICommunicator) throws {
    let (rank, ranks) = (communicator.rank, communicator.worldSize)
    let blocks = (0..<ranks).map { $0 * ($0 + 1) / 2..<($0 + 1) * ($0 + 2) / 2 }
    let sentLayout = BlockLayout((0..<ranks).map { $0 * (rank + 1)..<($0 + 1) * (rank + 1) })
    let receivedLayout = BlockLayout(blocks)
    let sent = (0..<ranks).flatMap { Array(repeating: Float(10 * rank + $0), count: rank + 1) }
    var received = [Float](repeating: -1, count: blocks[ranks - 1].upperBound)
    try sent.withUnsafeBufferPointer { source in
        try received.withUnsafeMutableBufferPointer { destination in
            guard let from = source.baseAddress, let to = destination.baseAddress else { return }
            var pending = try communicator.startAllToAll(from, sentLayout, into: to, receivedLayout)
            try communicator.wait(for: &pending)
        }
    }
    try require(received == (0..<ranks).flatMap { Array(repeating: Float(10 * $0 + rank), count: $0 + 1) }, "allToAll")
    for index in blocks[rank] { received[index] = Float(-rank) }
    try received.withUnsafeMutableBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return }
        var pending = try communicator.startAllGatherBlocks(start, receivedLayout)
        try communicator.wait(for: &pending)
    }
    try require(received == (0..<ranks).flatMap { Array(repeating: Float(-$0), count: $0 + 1) }, "allGatherBlocks")
}

private func checkSharedMemory(_ communicator: MPICommunicator) throws {
    guard let memory = try communicator.makeSharedMemory(byteCount: 8 * (communicator.rank + 1)) else {
        return try require(false, "makeSharedMemory")
    }
    memory.regions[communicator.rank].storeBytes(of: communicator.rank + 5, as: Int.self)
    try communicator.barrier()
    try require(memory.regions.map { $0.load(as: Int.self) } == (0..<communicator.worldSize).map { $0 + 5 }, "regions")
}

/// Allocates shared memory at the same time as other programs, uses it, and prints whether it got some.
///
/// Arguments: bytes per rank, a folder in which the programs meet, and the number of programs.
func shareMemory(_ communicator: MPICommunicator, _ arguments: [String]) throws {
    guard arguments.count == 3, let byteCount = Int(arguments[0]), let programCount = Int(arguments[2]) else {
        fatalError("memory: bytes, a folder and a number of programs needed, found \(arguments)")
    }
    func meet(_ place: String) throws {
        if communicator.rank == 0 {
            let folder = "\(arguments[1])/\(place)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            _ = FileManager.default.createFile(atPath: "\(folder)/\(getpid())", contents: nil)
            while try FileManager.default.contentsOfDirectory(atPath: folder).count < programCount { usleep(1000) }
        }
        try communicator.barrier()
    }
    try meet("before")
    let memory = try communicator.makeSharedMemory(byteCount: byteCount)
    for region in memory?.regions ?? [] { region.initializeMemory(as: UInt8.self, repeating: 1) }
    try meet("after")
    if communicator.rank == 0 { print(memory == nil ? "messages" : "shared") }
}

/// The last rank sleeps, stops or dies after a barrier; the others must notice.
func loseRank(_ communicator: MPICommunicator, how: String) throws {
    communicator.timeout = .seconds(1)
    communicator.status.step = 12
    communicator.status.phase = .computing
    try communicator.barrier()
    if communicator.rank == communicator.worldSize - 1 {
        switch how {
        case "sleep": sleep(600)
        case "stop": kill(getpid(), SIGSTOP)
        case "die": kill(getpid(), SIGKILL)
        default: fatalError("sleep, stop or die needed, found \(how)")
        }
    }
    try communicator.barrier()
}
