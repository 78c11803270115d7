import Checkpoints
import Foundation
import Metrics
import Networks

extension ExportedNetwork {
    /// Writes a Python file, and the weights beside it.
    ///
    /// - Parameter path: The Python file; the weights' file has the same name with the extension `.safetensors`.
    ///   Existing files are replaced.
    /// - Returns: A line about what was written.
    /// - Throws: `ExportError`.
    package func writeTorch(to path: String) throws -> String {
        let weights = URL(fileURLWithPath: path).deletingPathExtension().appendingPathExtension("safetensors")
        let source = try torch(weights: weights.lastPathComponent)
        try ExportError.write(Data(Safetensors.encode(tensors)), to: weights.path)
        try ExportError.write(Data(source.utf8), to: path)
        return "\(path): PyTorch, with its weights in \(weights.lastPathComponent) beside it"
    }

    /// Python source that builds the network from torch.nn's modules and loads its weights.
    ///
    /// - Parameter weights: The name of the weights' file, in the same folder as the source.
    /// - Returns: The source, which needs torch and nothing else.
    /// - Throws: `ExportError.noCounterpart`.
    package func torch(weights: String) throws -> String {
        var source = TorchSource()
        let network = try source.sequential(network.layers, inputShape: network.inputShape)
        let body = network.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
            .replacing(/^ {4}/, with: "    return ")
        let extents = "[N, \(inputExtents.map(String.init).joined(separator: ", "))]"
        let figures = (["-1"] + inputExtents.dropFirst().map { _ in "1" }).joined(separator: ", ")
        let permutation = inputExtents.count > 1 ? pixels.permutation : nil
        let permutes =
            permutation == nil ? "" : "    scaled = scaled.flatten(2)[:, :, ORDER].reshape(scaled.shape)\n"
        let order = permutation.map { permutation in
            var sources = Array(repeating: 0, count: permutation.count)
            for (position, target) in permutation.enumerated() { sources[Int(target)] = position }
            return "ORDER = \(sources)\n"
        }
        return """
            \"""A network that swift-dp-train trained, in PyTorch: `load()` gives it with its weights.\"""

            import json
            import pathlib
            import struct

            import torch
            from torch import nn

            NAME = \(try Self.literal(name))
            CLASS_NAMES = \(try Self.literal(classNames))
            MAXIMUM, MEAN, DEVIATION = \(pixels.maximum), \(pixels.mean), \(pixels.standardDeviation)
            \(order ?? "")WEIGHTS = pathlib.Path(__file__).parent / \(try Self.literal(weights))


            \(source.helperSources.map { $0 + "\n" }.joined())def build():
                \"""The network, over images \(extents), with random weights.\"""
            \(body)


            def load(path=WEIGHTS):
                \"""The network with the weights of a safetensors file, ready to answer.\"""
                network = build()
                network.load_state_dict(read(path))
                return network.eval()


            def read(path):
                \"""The tensors of a safetensors file, by name.\"""
                data = pathlib.Path(path).read_bytes()
                start = 8 + struct.unpack("<Q", data[:8])[0]
                header = json.loads(data[8:start])
                header.pop("__metadata__", None)
                tensors = {}
                for name, entry in header.items():
                    first, end = (start + offset for offset in entry["data_offsets"])
                    values = torch.frombuffer(bytearray(data[first:end]), dtype=torch.float32)
                    tensors[name] = values.reshape(entry["shape"])
                return tensors


            def preprocess(pixels):
                \"""Images \(extents) of pixels from 0 to MAXIMUM, as the network was trained on them.\"""
                mean, deviation = (torch.tensor(values).reshape(1, \(figures)) for values in (MEAN, DEVIATION))
                scaled = (pixels.float() / MAXIMUM - mean) / deviation
            \(permutes)    return scaled

            """
    }

    /// A string or a list of strings as a Python literal, which is the same as in JSON.
    private static func literal(_ value: some Encodable) throws -> String {
        String(decoding: try JSON.data(value), as: UTF8.self)
    }
}
