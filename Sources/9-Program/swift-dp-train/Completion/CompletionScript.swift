/// A shell's completion script, which calls the program.
enum CompletionScript: String, CaseIterable {
    case bash, zsh, fish

    /// The script that the arguments ask for; nil if they don't ask for one.
    static func asked(by arguments: [String], shell: String?) -> CompletionScript? {
        guard arguments.first == "--generate-completion-script" else { return nil }
        let name = arguments.dropFirst().first ?? shell?.split(separator: "/").last.map(String.init)
        return name.flatMap(CompletionScript.init(rawValue:))
    }

    var text: String {
        switch self {
        case .bash:
            #"""
            _swift_dp_train() {
                local candidate
                COMPREPLY=()
                while IFS= read -r candidate; do
                    [[ $candidate != *[/=] ]] || compopt -o nospace 2>/dev/null
                    COMPREPLY+=("${candidate// /\\ }")
                done < <("${COMP_WORDS[0]/#\~/$HOME}" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
            }
            complete -F _swift_dp_train swift-dp-train
            """#
        case .zsh:
            #"""
            #compdef swift-dp-train
            local -a candidates
            candidates=(${(f)"$("${(Q)words[1]/#\~/$HOME}" complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)"})
            compadd -- ${candidates:#*[/=]}
            compadd -S '' -- ${(M)candidates:#*[/=]}
            """#
        case .fish:
            #"""
            function __swift_dp_train
                set -l words (commandline --tokenize --current-process --cut-at-cursor)
                set -l current (commandline --current-token --cut-at-cursor)
                set -l program $words[1]
                set -e words[1]
                $program complete -- $words "$current" 2>/dev/null
            end
            complete --command swift-dp-train --no-files --arguments '(__swift_dp_train)'
            """#
        }
    }
}
