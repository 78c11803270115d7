import Launching
import Testing

@Suite(.timeLimit(.minutes(10))) struct MPIRunChatterTests {
    private static let edge = String(repeating: "-", count: 74)

    /// What is shown of some lines, the last of which end mpirun's output.
    private func shown(_ text: String) -> [String] {
        let chatter = MPIRunChatter()
        return text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { chatter.take(String($0)) }
            + chatter.finish()
    }

    /// As Open MPI 4.1 writes it.
    @Test func theEndOfARankIsHeldBack() {
        let text = """
            \(Self.edge)
            Primary job  terminated normally, but 1 process returned
            a non-zero exit code. Per user-direction, the job has been aborted.
            \(Self.edge)
            \(Self.edge)
            mpirun detected that one or more processes exited with non-zero status, thus causing
            the job to be terminated. The first process to do so was:

              Process name: [[3577,1],1]
              Exit code:    75
            \(Self.edge)
            [host:123] 1 more process has sent help message help-mpi-api.txt / mpi-abort
            """
        #expect(shown(text).isEmpty)
    }

    @Test func otherBlocksAndLinesAreShown() {
        let text = """
            swift-dp-train: warning: something
            \(Self.edge)
            There are not enough slots available in the system to satisfy the 9
            slots that were requested by the application:
            \(Self.edge)
            and the rest
            """
        #expect(shown(text).joined(separator: "\n") == text)
    }

    @Test func whatARankSaysInBetweenIsShownAtOnce() {
        let chatter = MPIRunChatter()
        #expect(chatter.take(Self.edge).isEmpty)
        #expect(
            chatter.take("swift-dp-train: rank 1: the data are gone") == ["swift-dp-train: rank 1: the data are gone"]
        )
    }

    @Test func aBlockThatIsCutOffIsShownAtTheEnd() {
        let text = "\(Self.edge)\nORTE has lost communication with a remote daemon."
        #expect(shown(text).joined(separator: "\n") == text)
    }
}
