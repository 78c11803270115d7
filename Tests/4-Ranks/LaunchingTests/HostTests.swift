import Launching
import Testing

@Suite struct HostTests {
    @Test func aFileOfHostsIsReadAsMPIRunReadsIt() throws {
        let text = "# two nodes\nnode1 slots=4\n\n  node2   # as many as wanted\n"
        #expect(try Host.parse(text, path: "hosts") == [Host(name: "node1", slots: 4), Host(name: "node2")])
    }

    @Test(arguments: [
        ("node1 slots=0", "hosts:1: 'slots=0' found, slots=N with N of 1 or more needed"),
        ("a\nb\na", "hosts:3: a is there twice"),
        ("# nobody", "hosts: no host found"),
    ])
    func aFileThatIsNoneIsRefusedByLine(text: String, message: String) {
        #expect {
            try Host.parse(text, path: "hosts")
        } throws: {
            ($0 as? LaunchError)?.description == message
        }
    }

    @Test func ranksAreDealtOutEvenlyWithinTheSlots() {
        let hosts = [Host(name: "a", slots: 1), Host(name: "b"), Host(name: "c", slots: 2)]
        #expect(hosts.shares(ofRanks: 6).map(\.rankCount) == [1, 3, 2])
        #expect(hosts.shares(ofRanks: 2).map(\.host.name) == ["a", "b"])
        #expect([hosts[0], hosts[2]].shares(ofRanks: 6).map(\.rankCount) == [1, 2])
    }
}
