import Tensors

/// One choice of values for all of a sweep's parameters.
package struct SweepSetting: Sendable, Equatable {
    /// The keys and values, in the file's order of keys.
    package let values: [(key: String, value: String)]

    /// The setting as overrides for `--set`.
    package var overrides: [String] { values.map { "\($0.key)=\($0.value)" } }

    /// The overrides in one line.
    package var text: String { overrides.joined(separator: " ") }

    package static func == (left: SweepSetting, right: SweepSetting) -> Bool { left.overrides == right.overrides }

    /// Every combination of listed values; the last key varies fastest.
    ///
    /// - Parameter parameters: Parameters with lists of values.
    /// - Returns: As many settings as the product of the lists' lengths.
    package static func grid(_ parameters: [SweepParameter]) -> [SweepSetting] {
        let combinations = parameters.reduce(into: [[(key: String, value: String)]([])]) { combinations, parameter in
            guard case .list(let texts) = parameter.values else {
                preconditionFailure("SweepSetting: a range found for \(parameter.key), a list needed")
            }
            combinations = combinations.flatMap { start in texts.map { start + [(parameter.key, $0)] } }
        }
        return combinations.map(SweepSetting.init)
    }

    /// Settings drawn at random, each of which depends on the seed and its position only.
    ///
    /// - Parameters:
    ///   - parameters: The parameters.
    ///   - count: The number of settings.
    ///   - seed: The sweep's seed.
    /// - Returns: `count` settings.
    package static func random(_ parameters: [SweepParameter], count: Int, seed: UInt64) -> [SweepSetting] {
        (0..<count).map { index in
            var random = RandomStream(seed: seed, purpose: .sweep, index: index)
            return SweepSetting(values: parameters.map { ($0.key, $0.draw(from: &random)) })
        }
    }
}
