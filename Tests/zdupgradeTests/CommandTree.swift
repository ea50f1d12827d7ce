import Foundation

/// What a program says of its own commands and options.
struct CommandTree: Decodable {
  struct Argument: Decodable {
    struct Name: Decodable {
      let kind: String
      let name: String
    }

    let names: [Name]?
    let shouldDisplay: Bool
  }

  let commandName: String
  let shouldDisplay: Bool
  let subcommands: [CommandTree]?
  let arguments: [Argument]?

  /// Of the built program `name`.
  init(of name: String) async throws {
    struct Dump: Decodable { let command: CommandTree }
    let result = try await Program.run("\(Program.folder)/\(name)", ["--experimental-dump-help"])
    self = try JSONDecoder().decode(Dump.self, from: Data(result.output.utf8)).command
  }

  /// It and all below it, each with the words that call it; without `help`, and what help does not show.
  func all(below words: [String] = []) -> [(words: [String], command: CommandTree)] {
    guard shouldDisplay, commandName != "help" else { return [] }
    let path = words + [commandName]
    return [(path, self)] + (subcommands ?? []).flatMap { $0.all(below: path) }
  }

  /// The long options that it shows, without hyphens before them; not those that every command has.
  var options: [String] {
    let names: [Argument.Name] = (arguments ?? []).filter(\.shouldDisplay).flatMap { $0.names ?? [] }
    let long: [String] = names.filter { $0.kind == "long" }.map(\.name)
    return long.filter { $0 != "help" && $0 != "version" }
  }
}
