import Collectives
import Networks
import Optimizers
import Tensors

extension Trainer {
    /// Makes Muon's directions orthogonal, each on one rank, and gives them to all.
    func orthogonalize(_ directions: MuonDirections) throws(CollectiveError) {
        runner.onEachThread { directions.orthogonalize(ofRank: communicator.rank, thread: $0) }
        guard communicator.worldSize > 1, let directionBlocks else { return }
        try communicator.allGatherBlocks(directions.buffer.slice.base, directionBlocks)
    }
}
