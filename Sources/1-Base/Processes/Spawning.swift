import Foundation

/// The attributes and file actions of `posix_spawn`.
struct Spawning {
    private var actions = posix_spawn_file_actions_t()
    private var attributes = posix_spawnattr_t()

    init() {
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        // The child doesn't inherit ignored or blocked signals, except an ignored SIGHUP: `nohup` is meant for all
        // processes.
        var signals = sigset_t()
        sigfillset(&signals)
        sigdelset(&signals, SIGHUP)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        posix_spawnattr_setflags(&attributes, Int16(flags))
    }

    mutating func destroy() {
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
    }

    mutating func redirect(_ descriptor: Int32, to target: Int32) {
        posix_spawn_file_actions_adddup2(&actions, descriptor, target)
    }

    mutating func discardOutput() {
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    }

    /// Starts a program that is looked up in PATH.
    func start(_ arguments: [String], environment: [String: String]) throws(ProcessError) -> pid_t {
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        var process: pid_t = 0
        let code = withCStrings(arguments) { argumentPointers in
            withCStrings(variables) { variablePointers in
                withUnsafePointer(to: actions) { actions in
                    withUnsafePointer(to: attributes) { attributes in
                        posix_spawnp(&process, arguments[0], actions, attributes, argumentPointers, variablePointers)
                    }
                }
            }
        }
        guard code == 0 else {
            throw ProcessError(program: arguments[0], reason: String(cString: strerror(code)))
        }
        return process
    }

    private func withCStrings<Result>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers)
    }
}
