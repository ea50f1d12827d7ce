import Upgrade

/// Tells what ArgumentParser refuses in the style of all other errors.
enum ArgumentTrouble {
  /// `message`, as ArgumentParser has it, about these `arguments` of a program with these `commands`: what is wrong first, then what the option is for, and
  /// where more is told; without the usage, which is long.
  static func text(_ message: String, _ arguments: [String], commands: [String]) -> String {
    var problem = ""
    var more: [String] = []
    for line in message.split(separator: "\n").map(String.init) {
      if line.hasPrefix("Error: ") {
        problem = String(line.dropFirst("Error: ".count))
      } else if line.hasPrefix("Help:") {
        more.append("  " + line.dropFirst("Help:".count).drop { $0 == " " })
      } else if line.hasPrefix("  See '"), let command = line.split(separator: "'").dropFirst().first {
        more.append("  '\(command)' tells more")
      } else if !line.hasPrefix("Usage:"), !line.hasPrefix("   ") {
        more.append(line)
      }
    }
    return ([lowercased(problem) + hint(problem, arguments, commands)] + more).joined(separator: "\n")
  }

  /// Of a phrase; an option at its beginning stays as it is.
  private static func lowercased(_ problem: String) -> String {
    problem.prefix(1).lowercased() + problem.dropFirst()
  }

  /// Who has mistyped a command has given 'run' an argument that it does not take.
  private static func hint(_ problem: String, _ arguments: [String], _ commands: [String]) -> String {
    guard let first = arguments.first, problem == "Unexpected argument '\(first)'" else { return "" }
    let hint = NearMatch.hint(for: first, among: commands)
    return hint.isEmpty ? "; the commands are \(commands.joined(separator: ", "))" : hint
  }
}
