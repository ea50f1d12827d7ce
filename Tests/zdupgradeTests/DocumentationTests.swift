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
  func rolling() async throws {
    try await LabRun.with { run in
      let guide = try RollingGuide(run)
      for command in DocumentedCommand.zdupgrade("plan", "check", "locks") { try await guide.run(command) }
      let upgrades = DocumentedCommand.zdupgrade("run")
      for command in upgrades.dropFirst() { try await guide.run(command + ["--dry_run"]) }
      try await guide.run(try #require(upgrades.first))
      for command in DocumentedCommand.zdupgrade("runs", "logs", "status", "report", "locks", "unlock", "resume") {
        try await guide.run(command)
      }
      for command in DocumentedCommand.zdupgrade("rollback") {
        try await guide.run(command + ["--yes"])
        try await guide.run(["resume", "RUN"])
      }
      for command in DocumentedCommand.all.filter({ $0.words[0] == "zdulab" && $0.words.contains("/tmp/lab") })
      where command.words[1] != "down" {
        try await guide.runLab(Array(command.words.dropFirst()))
      }
    }
  }

  @Test("work against a blue-green lab: single operations, the upgrade, and its way back")
  func blueGreen() async throws {
    try await BlueGreenStage.with { stage in
      func run(_ command: [String]) async throws {
        let ids = (try? FileManager.default.contentsOfDirectory(atPath: stage.logs).filter { $0.hasPrefix("20") }) ?? []
        let words = command.map { ["bluegreen.json": stage.lab.upgradeFile, "RUN": ids.max() ?? $0][$0] ?? $0 }
        let result = try await Program.zdupgrade(words)
        #expect(result.code == 0, "\(words): \(result.errors)")
      }
      let single = DocumentedCommand.zdupgrade("gateway").filter { !$0.contains("--url") && !$0.contains("shutdown") }
      for command in single {
        let isLong = ["clean", "reindex", "transform"].contains(command[2])
        try await run(command + (isLong ? ["--wait", "60"] : []) + (command[2] == "clean" ? ["--yes"] : []))
      }
      let all = DocumentedCommand.zdupgrade("bluegreen")
      for name in ["plan", "run", "status", "resume", "rollback"] {
        let command = try #require(all.first { $0[1] == name })
        try await run(
          command + (name == "plan" ? [] : ["--log_dir", stage.logs])
            + (["run", "rollback"].contains(name) ? ["--yes"] : []))
      }
    }
  }
}

extension DocumentedCommand {
  /// The arguments of the `zdupgrade` commands of these names, each once.
  fileprivate static func zdupgrade(_ names: String...) -> [[String]] {
    var seen: Set<[String]> = []
    return names.flatMap { name in
      all.filter { $0.words[0] == "zdupgrade" && $0.words.dropFirst().first == name }.map {
        Array($0.words.dropFirst())
      }
      .filter { seen.insert($0).inserted }
    }
  }
}

/// The place where an operator types the commands of a rolling upgrade; what is his own is put in.
private struct RollingGuide {
  private let lab: Lab
  private let url: String

  init(_ run: LabRun) throws {
    lab = run.lab
    url = run.url(of: "Gateway Group")
    try "http://127.0.0.1:9/\n".write(toFile: "\(lab.directory)/chat-urls", atomically: true, encoding: .utf8)
  }

  /// Runs it; it must succeed.
  func run(_ words: [String]) async throws {
    let logs = "\(lab.directory)/logs"
    let runs = (try? FileManager.default.contentsOfDirectory(atPath: logs).filter { $0.hasPrefix("20") }) ?? []
    let own = [
      "RUN": runs.max() ?? "RUN", "NODE": "Node-A", "LOGS": logs, "TOPOLOGY": lab.topologyFile,
      "https://api.example.com/ping": url, "/tmp/zdulab-compose/topology.json": lab.topologyFile,
    ]
    var arguments = words.map { own[$0] ?? $0 }
    for (option, file) in ["--password_file": lab.passwordFile, "--domain_passphrase_file": lab.domainPassphraseFile] {
      if let place = arguments.firstIndex(of: option) { arguments[place + 1] = file }
    }
    if ["plan", "check", "run"].contains(words[0]) {
      arguments += LabGuide.cassandra(of: lab) + LabGuide.acceptedDowntime(for: lab)
    }
    if let end = arguments.firstIndex(of: "--") { arguments.insert("--yes", at: end) }
    let secrets = try ["ZDU_PASSWORD": lab.passwordFile, "ZDU_DOMAIN_PASSPHRASE": lab.domainPassphraseFile]
      .mapValues { try String(contentsOfFile: $0, encoding: .utf8).trimmingCharacters(in: .newlines) }
    let result = try await Program.zdupgrade(arguments, environment: secrets, directory: lab.directory)
    #expect(result.code == 0, "\(arguments): \(result.errors)")
  }

  /// The same for the lab's program.
  func runLab(_ words: [String]) async throws {
    let arguments = words.map { ["/tmp/lab": lab.directory, "60": "2"][$0] ?? $0 }
    let result = try await Program.run("\(Program.folder)/zdulab", arguments)
    #expect(result.code == 0, "zdulab \(arguments): \(result.errors)")
  }
}
