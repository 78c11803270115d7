import COpenMPI

// Documented at the protocol.
extension MPICommunicator {
    package func startBroadcast(
        _ buffer: UnsafeMutableRawBufferPointer,
        from root: Int
    ) throws(CollectiveError) -> PendingCollective {
        var pending = PendingCollective(call: beginCall(.broadcast))
        try check(
            MPI_Ibcast(
                buffer.baseAddress,
                count32(buffer.count),
                copenmpi_byte(),
                Int32(root),
                world,
                &pending.request
            ),
            "MPI_Ibcast"
        )
        return pending
    }

    package func startAllGather(
        _ local: UnsafeRawBufferPointer,
        into all: UnsafeMutableRawBufferPointer
    ) throws(CollectiveError) -> PendingCollective {
        precondition(
            all.count == local.count * worldSize,
            "allGather: room for \(all.count) bytes found, \(local.count * worldSize) needed"
        )
        var pending = PendingCollective(call: beginCall(.allGather))
        try check(
            MPI_Iallgather(
                local.baseAddress,
                count32(local.count),
                copenmpi_byte(),
                all.baseAddress,
                count32(local.count),
                copenmpi_byte(),
                world,
                &pending.request
            ),
            "MPI_Iallgather"
        )
        return pending
    }

    package func startBarrier() throws(CollectiveError) -> PendingCollective {
        var pending = PendingCollective(call: beginCall(.barrier))
        try check(MPI_Ibarrier(world, &pending.request), "MPI_Ibarrier")
        return pending
    }

    package func startAllToAll(
        _ source: UnsafePointer<Float>,
        _ sourceLayout: BlockLayout,
        into destination: UnsafeMutablePointer<Float>,
        _ destinationLayout: BlockLayout
    ) throws(CollectiveError) -> PendingCollective {
        var pending = PendingCollective(call: beginCall(.allToAll))
        try check(
            MPI_Ialltoallv(
                source,
                sourceLayout.counts.baseAddress,
                sourceLayout.offsets.baseAddress,
                copenmpi_float(),
                destination,
                destinationLayout.counts.baseAddress,
                destinationLayout.offsets.baseAddress,
                copenmpi_float(),
                world,
                &pending.request
            ),
            "MPI_Ialltoallv"
        )
        return pending
    }

    package func startAllGatherBlocks(
        _ buffer: UnsafeMutablePointer<Float>,
        _ layout: BlockLayout
    ) throws(CollectiveError) -> PendingCollective {
        var pending = PendingCollective(call: beginCall(.allGatherBlocks))
        try check(
            MPI_Iallgatherv(
                copenmpi_in_place(),
                0,
                copenmpi_float(),
                buffer,
                layout.counts.baseAddress,
                layout.offsets.baseAddress,
                copenmpi_float(),
                world,
                &pending.request
            ),
            "MPI_Iallgatherv"
        )
        return pending
    }

    package func startAllReduceSum(
        _ buffer: UnsafeMutableBufferPointer<Float>
    ) throws(CollectiveError) -> PendingCollective {
        var pending = PendingCollective(call: beginCall(.allReduceSum))
        try check(
            MPI_Iallreduce(
                copenmpi_in_place(),
                buffer.baseAddress,
                count32(buffer.count),
                copenmpi_float(),
                copenmpi_sum(),
                world,
                &pending.request
            ),
            "MPI_Iallreduce"
        )
        return pending
    }

    package func test(_ pending: inout PendingCollective) throws(CollectiveError) -> Bool {
        if pending.isComplete { return true }
        var isComplete: Int32 = 0
        try check(MPI_Test(&pending.request, &isComplete, copenmpi_status_ignore()), "MPI_Test")
        pending.isComplete = isComplete != 0
        return pending.isComplete
    }

    private func count32(_ count: Int) -> Int32 {
        precondition(count <= Int(Int32.max), "\(count) elements found, MPI counts at most \(Int32.max)")
        return Int32(count)
    }
}
