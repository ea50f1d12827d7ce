import Foundation
import Lab
import Testing

@testable import zdulab
@testable import zdupgrade

@Suite("The commands that README and docs show", .serialized)
struct DocumentationTests {
  @Test("are ones that there are, with options that they have", arguments: DocumentedCommand.all)
  func accepted(command: DocumentedCommand) throws {
    let arguments = Array(command.words.dropFirst())
    do {
      if command.words[0] == "zdupgrade" {
        _ = try Zdupgrade.parseAsRoot(OptionSpelling.withUnderscores(arguments))
      } else {
        _ = try ZDULab.parseAsRoot(arguments)
      }
    } catch {
      // To ask for the version or for help is no error.
      #expect(Zdupgrade.exitCode(for: error).isSuccess, "\(Zdupgrade.fullMessage(for: error))")
    }
  }

  @Test("are many, and of every command")
  func complete() {
    let commands = DocumentedCommand.all
    let names = Set(commands.filter { $0.words[0] == "zdupgrade" }.compactMap { $0.words.dropFirst().first })
    for command in Zdupgrade.configuration.subcommands {
      #expect(names.contains(command.configuration.commandName ?? ""))
    }
  }

  @Test("work against a lab as they stand there: before the upgrade, the upgrade itself, and behind it")
  func work() async throws {
    try await LabRun.with() { run in
      let guide = try Guide(run)
      let before = ["plan", "check", "locks"], behind = ["runs", "logs", "status", "report", "locks"]
      for command in guide.commands(before) { try await guide.run(command) }
      let upgrades = guide.commands(["run"])
      for command in upgrades.dropFirst() { try await guide.run(command + ["--dry_run"]) }
      try await guide.run(try #require(upgrades.first))
      for command in guide.commands(behind) { try await guide.run(command) }
    }
  }
}

/// The documented commands in the place where an operator types them, with what is the operator's own put in.
private struct Guide {
  private let lab: LabRun
  private let folder: String

  init(_ lab: LabRun) throws {
    self.lab = lab
    folder = lab.lab.directory
    try "http://127.0.0.1:9/\n".write(toFile: "\(folder)/chat-urls", atomically: true, encoding: .utf8)
  }

  /// The commands of these names, each once.
  func commands(_ names: [String]) -> [[String]] {
    var seen: Set<[String]> = []
    return DocumentedCommand.all.filter {
      $0.words[0] == "zdupgrade" && names.contains($0.words.dropFirst().first ?? "")
    }
    .map { Array($0.words.dropFirst()) }.filter { seen.insert($0).inserted }
  }

  /// Runs it; it must succeed.
  func run(_ words: [String]) async throws {
    let runs = (try? FileManager.default.contentsOfDirectory(atPath: lab.logs).filter { $0.hasPrefix("20") }) ?? []
    var place = LabGuide.cassandra(of: lab.lab)
    if ["plan", "check", "run"].contains(words.first) {
      place += LabGuide.acceptedDowntime(for: lab.lab)
    } else {
      place = []
    }
    let arguments =
      words.map { word in
        switch word {
        case "RUN": runs.max() ?? word
        case "NODE": "Node-A"
        case "https://api.example.com/ping": lab.url(of: "Gateway Group")
        default: word
        }
      } + place
    let secrets = try ["ZDU_PASSWORD": lab.lab.passwordFile, "ZDU_DOMAIN_PASSPHRASE": lab.lab.domainPassphraseFile]
      .mapValues { try String(contentsOfFile: $0, encoding: .utf8).trimmingCharacters(in: .newlines) }
    let result = try await Program.zdupgrade(arguments, environment: secrets, directory: folder)
    #expect(result.code == 0, "\(arguments): \(result.errors)")
  }
}
