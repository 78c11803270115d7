package import Configuration

extension ConfigurationReference {
    /// The kinds of layers that a configuration can name, and their options.
    ///
    /// - Returns: A section for each kind.
    /// - Throws: `ConfigurationError` where a kind refuses its own defaults.
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
