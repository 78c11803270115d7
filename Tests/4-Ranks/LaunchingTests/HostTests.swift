import Launching
import Testing

@Suite(.timeLimit(.minutes(10))) struct HostTests {
    @Test func aFileOfHostsIsReadAsMPIRunReadsIt() throws {
        let text = "# two nodes\nnode1 slots=4\n\n  node2   # as many as wanted\n"
        #expect(try Host.parse(text, path: "hosts") == [Host(name: "node1", slots: 4), Host(name: "node2")])
    }

    @Test func addressesOfBothKindsAreHosts() throws {
        let hosts = try Host.parse("10.0.0.1\n[fe80::1%eth0] slots=2\nfe80::2\nme@node-3.example", path: "hosts")
        #expect(hosts.map(\.name) == ["10.0.0.1", "fe80::1%eth0", "fe80::2", "me@node-3.example"])
    }

    @Test(arguments: [
        ("node1 slots=0", "hosts:1: 'slots=0' found, slots=N with N of 1 or more needed"),
        ("a\nb\na", "hosts:3: a is there twice"),
        ("# nobody", "hosts: no host found"),
        ("a\n-oProxyCommand=sh", "hosts:2: '-oProxyCommand=sh' is no host's name or address"),
        ("a;reboot", "hosts:1: 'a;reboot' is no host's name or address"),
        ("$(reboot)", "hosts:1: '$(reboot)' is no host's name or address"),
    ])
    func anInvalidHostFileIsRefusedWithItsLine(text: String, message: String) {
        #expect {
            try Host.parse(text, path: "hosts")
        } throws: {
            ($0 as? LaunchError)?.description == message
        }
    }

    @Test func ranksAreDistributedEvenlyWithinTheSlots() {
        let hosts = [Host(name: "a", slots: 1), Host(name: "b"), Host(name: "c", slots: 2)]
        #expect(hosts.shares(ofRanks: 6).map(\.rankCount) == [1, 3, 2])
        #expect(hosts.shares(ofRanks: 2).map(\.host.name) == ["a", "b"])
        #expect([hosts[0], hosts[2]].shares(ofRanks: 6).map(\.rankCount) == [1, 2])
    }
}
