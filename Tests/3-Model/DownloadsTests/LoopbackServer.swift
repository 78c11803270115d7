import Foundation
import Glibc
import Synchronization

/// Serves one file over HTTP on 127.0.0.1, with the faults that a test asks for.
final class LoopbackServer: Sendable {
    struct Behaviour {
        /// The number of bytes of the body that the first, second, … response sends before the connection is cut.
        var cuts: [Int] = []
        var answersRanges = true
        /// The status to send instead of the file.
        var failureStatus: Int?
    }

    let url: String
    private let listener: Int32
    private let content: [UInt8]
    private let behaviour: Behaviour
    private let starts = Mutex<[Int]>([])

    /// The first byte requested by each request so far.
    var requestedStarts: [Int] { starts.withLock { $0 } }

    init(serving content: [UInt8], _ behaviour: Behaviour = Behaviour()) throws {
        self.content = content
        self.behaviour = behaviour
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (listener, size) = (listener, length)
        let isListening = withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            return bind(listener, pointer, size) == 0 && listen(listener, 8) == 0
                && getsockname(listener, pointer, &length) == 0
        }
        guard isListening else { throw POSIXError(.EADDRNOTAVAIL) }
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))/cifar-10-binary.tar.gz"
        Thread.detachNewThread { [self] in acceptConnections() }
    }

    /// Ends the server's thread.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func acceptConnections() {
        while true {
            let connection = accept(listener, nil, nil)
            if connection < 0 { break }
            answer(connection)
            close(connection)
        }
        close(listener)
    }

    private func answer(_ connection: Int32) {
        var request: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while !String(decoding: request, as: UTF8.self).contains("\r\n\r\n") {
            let count = recv(connection, &chunk, chunk.count, 0)
            if count <= 0 { return }
            request += chunk[..<count]
        }
        let start = rangeStart(in: String(decoding: request, as: UTF8.self))
        let requestIndex = starts.withLock {
            $0.append(start)
            return $0.count - 1
        }
        let (head, body) = response(from: start)
        let cut = requestIndex < behaviour.cuts.count ? behaviour.cuts[requestIndex] : body.count
        send(Array(head.utf8) + body.prefix(cut), on: connection)
    }

    private func rangeStart(in request: String) -> Int {
        guard let field = request.range(of: "Range: bytes=") else { return 0 }
        return Int(request[field.upperBound...].prefix { $0.isNumber }) ?? 0
    }

    private func response(from start: Int) -> (head: String, body: ArraySlice<UInt8>) {
        func head(_ status: String, _ length: Int) -> String {
            "HTTP/1.1 \(status)\r\nContent-Length: \(length)\r\nConnection: close\r\n"
        }
        if let status = behaviour.failureStatus { return (head("\(status) No", 0) + "\r\n", []) }
        guard behaviour.answersRanges, start > 0 else { return (head("200 OK", content.count) + "\r\n", content[...]) }
        guard start < content.count else { return (head("416 No", 0) + "\r\n", []) }
        let range = "Content-Range: bytes \(start)-\(content.count - 1)/\(content.count)\r\n"
        return (head("206 Part", content.count - start) + range + "\r\n", content[start...])
    }

    private func send(_ bytes: [UInt8], on connection: Int32) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            sent += count
        }
    }
}
