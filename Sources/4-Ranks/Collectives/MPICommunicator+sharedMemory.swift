extension MPICommunicator {
    // Documented at the protocol.
    package func makeSharedMemory(byteCount: Int) throws(CollectiveError) -> SharedMemory? {
        _ = beginCall(.makeSharedMemory)
        let layout = SharedMemoryFile.Layout(byteCounts: try allGather(byteCount))
        guard try allGather(node.rankCount == worldSize).allSatisfy({ $0 }) else { return nil }
        let created = rank == 0 ? SharedMemoryFile.make(layout) : nil
        let path = String(decoding: try broadcast(Array((created?.path ?? "").utf8), from: 0), as: UTF8.self)
        guard !path.isEmpty else { return nil }
        let file = created ?? SharedMemoryFile.open(path)
        let areOpen = try allGather(file != nil).allSatisfy { $0 }
        // All ranks have the file open, so that nothing is left behind if a rank is killed from now on.
        created?.unlink()
        guard let file, areOpen else { return nil }
        // Each rank reserves its own region, since pages are allocated near the processor that touches them first.
        let hasRoom = file.reserve(layout.regions[rank])
        guard try allGather(hasRoom).allSatisfy({ $0 }) else { return nil }
        let memory = file.map(layout)
        guard try allGather(memory != nil).allSatisfy({ $0 }) else { return nil }
        return memory
    }
}
