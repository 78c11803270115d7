import ArgumentParser
import Launching

/// `session`: what `launch` starts on other hosts, to keep its folder there.
struct SessionCommand: ParsableCommand {
    enum Action: String, ExpressibleByArgument {
        case make, remove
    }

    static let configuration = CommandConfiguration(commandName: "session", shouldDisplay: false)

    @Argument var action: Action
    @Argument var folder: String

    func run() throws {
        switch action {
        case .make: try SessionFolder(folder).makeForAnotherHost()
        case .remove: SessionFolder(folder).remove()
        }
    }
}
