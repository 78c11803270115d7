// A rank for the tests in `MPITests`, which start it under mpirun: mpi-test-rank SCENARIO [ARGUMENT...].
import Collectives
import Foundation

let communicator = try MPICommunicator.world()
do {
    let arguments = CommandLine.arguments.dropFirst()
    switch arguments.first {
    case "collectives": try checkCollectives(communicator)
    case "digests": try printDigests(communicator)
    case "silence": try loseRank(communicator, how: arguments.dropFirst().first ?? "")
    case "mistake": _ = try communicator.startBroadcast(UnsafeMutableRawBufferPointer(start: nil, count: 0), from: 99)
    case "memory": try shareMemory(communicator, Array(arguments.dropFirst()))
    case "measure": try measureReducers(communicator)
    default:
        fatalError(
            "mpi-test-rank: collectives, digests, silence, mistake, memory or measure needed, found \(arguments)"
        )
    }
    try communicator.finalize()
} catch {
    print(error)
    fflush(nil)
    communicator.abort(exitCode: 70)
}
