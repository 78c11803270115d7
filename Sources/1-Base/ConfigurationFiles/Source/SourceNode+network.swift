extension SourceNode {
    /// Replaces the name of another configuration by that configuration's network: `network: mlp.yaml`.
    ///
    /// With this, a sweep can search over networks, and an override can exchange the network.
    ///
    /// - Throws: `ConfigurationError` if there is no such file, or it has no network itself.
    mutating func takeNetworkFromItsFile() throws(ConfigurationError) {
        guard case .mapping(var entries) = content,
            let index = entries.firstIndex(where: { $0.key == "network" }), !entries[index].value.isNull,
            let name = entries[index].value.text
        else { return }
        let file = try ConfigurationFile.locate(name)
        let other = try SourceNode.parse(yaml: ConfigurationFile.read(file), file: file)
        guard case .mapping(let otherEntries) = other?.content,
            let network = otherEntries.first(where: { $0.key == "network" }), network.value.text == nil
        else {
            throw ConfigurationError(
                file: file,
                keyPath: "network",
                problem: "has no layers of its own",
                hint: "name a configuration whose network has a list of layers, such as mlp.yaml"
            )
        }
        entries[index].value = network.value
        content = .mapping(entries)
    }
}
