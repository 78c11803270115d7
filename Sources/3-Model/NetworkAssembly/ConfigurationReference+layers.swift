package import ConfigurationFiles

extension ConfigurationReference {
    /// The kinds of layers in configurations, and their options.
    ///
    /// - Returns: One section for each kind.
    /// - Throws: `ConfigurationError` if a kind rejects its own defaults.
    package static func layers() throws(ConfigurationError) -> [ConfigurationReference] {
        var references: [ConfigurationReference] = []
        for entry in LayerRegistry.entries {
            references.append(
                try ConfigurationReference(title: "layer \(entry.kind)", meaning: entry.meaning) {
                    options throws(ConfigurationError) in _ = try entry.make(options)
                }
            )
        }
        return references
    }
}
