import Foundation
import Launching
import TestSupport
import Testing

/// A script in place of ssh, which runs its commands on this machine.
@Suite(.timeLimit(.minutes(10))) struct LaunchSessionTests {
    private func session(_ folder: String, agent: String, program: String = "true") throws -> LaunchSession {
        try agent.write(toFile: "\(folder)/agent", atomically: true, encoding: .utf8)
        // Run by a shell: a file that was just written can't be executed while another test starts a process.
        return try LaunchSession(program: program, environment: ["OMPI_MCA_plm_rsh_agent": "sh \(folder)/agent"])
    }

    @Test func nothingReachesTheRemoteShellUnquoted() throws {
        try withTemporaryFolder { folder in
            let program = "\(folder)/it's a $(touch harm) program; false"
            try #require(symlink("/bin/echo", program) == 0)
            let session = try session(folder, agent: "shift; sh -c \"$*\" >>\(folder)/calls", program: program)
            let hosts = [Host(name: "far")]
            #expect(session.probe(hosts).answering == hosts)
            session.remove(on: hosts)
            let calls = try String(contentsOfFile: "\(folder)/calls", encoding: .utf8)
            #expect(calls == "session make \(session.folder)\nsession remove \(session.folder)\n")
            #expect(access(session.folder, F_OK) != 0)
        }
    }

    @Test func theComplaintOfAHostThatFailedIsPassedOn() throws {
        try withTemporaryFolder { folder in
            let session = try session(folder, agent: "echo first >&2; echo \"$1:  no route\" >&2; exit 255")
            defer { session.remove() }
            let (answering, complaints) = session.probe([Host(name: "far"), Host(name: "localhost")])
            #expect(answering.map(\.name) == ["localhost"])
            #expect(complaints == ["far": "far: no route"])
        }
    }

    @Test func hostsThatHangShareOneDeadline() throws {
        try withTemporaryFolder { folder in
            let session = try session(folder, agent: "exec sleep 600")
            defer { session.remove() }
            let start = ContinuousClock.now
            let (answering, complaints) = session.probe((1...20).map { Host(name: "far\($0)") }, seconds: 1)
            #expect(answering.isEmpty)
            #expect(complaints.count == 20 && Set(complaints.values) == ["no answer in time"])
            #expect(ContinuousClock.now - start < .seconds(15), "one after another it would be 20 s")
        }
    }
}
