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
    for command in commands where command.stage == nil { Issue.record("\(command): no test runs it") }
    for command in Zdupgrade.configuration.subcommands {
      #expect(names.contains(command.configuration.commandName ?? ""))
    }
  }

  @Test("work against a lab as they stand there: before the upgrade, the upgrade itself, and behind it")
  func rolling() async throws {
    try await LabRun.with { run in
      let guide = try RollingGuide(run)
      for command in guide.commands("discover") { try await guide.discover(command) }
      for command in guide.commands("plan", "check", "locks") { try await guide.run(command) }
      let upgrades = guide.commands("run")
      for command in upgrades.dropFirst() { try await guide.run(command, ["--dry_run"]) }
      try await guide.run(try #require(upgrades.first))
      for command in guide.commands("rehearse") { try await guide.run(command, ["--speed", "1000"]) }
      for command in guide.commands("runs", "logs", "status", "report", "locks", "unlock", "resume") {
        try await guide.run(command)
      }
      for command in guide.commands("watch") { try await guide.watch(command) }
      for command in guide.commands("rollback") {
        try await guide.run(command, ["--yes"])
        try await guide.run(["zdupgrade", "resume", "RUN"])
      }
      try await guide.runLab()
      guide.expectDone()
    }
  }

  @Test("work against a blue-green lab: single operations, the upgrade, its way back, and a shutdown by hand")
  func blueGreen() async throws {
    try await BlueGreenStage.with { stage in
      let script = DocumentedScript(.blueGreen)
      let password = try String(contentsOfFile: stage.lab.passwordFile, encoding: .utf8).filter { !$0.isNewline }
      func run(_ command: [String], _ more: [String] = []) async throws {
        script.tick(command)
        let ids = (try? FileManager.default.contentsOfDirectory(atPath: stage.logs).filter { $0.hasPrefix("20") }) ?? []
        let own = [
          "bluegreen.json": stage.lab.upgradeFile, "RUN": ids.max() ?? "RUN",
          "https://gw-old-1.example.com:5543": stage.lab.description.old[0].url,
        ]
        let words = command.dropFirst().map { own[$0] ?? $0 } + more
        let result = try await Program.zdupgrade(words, environment: ["ZDU_PASSWORD": password])
        #expect(result.code == 0, "\(words): \(result.errors)")
      }
      let single = script.commands("zdupgrade", "gateway")
      for command in single where command[2] != "shutdown" {
        let isLong = ["clean", "reindex", "transform"].contains(command[3])
        try await run(command, (isLong ? ["--wait", "60"] : []) + (command[3] == "clean" ? ["--yes"] : []))
      }
      let all = script.commands("zdupgrade", "bluegreen")
      for name in ["plan", "run", "status", "resume", "rollback"] {
        for command in all where command[2] == name {
          let isAsking = ["run", "rollback"].contains(name)
          try await run(command, (name == "plan" ? [] : ["--log_dir", stage.logs]) + (isAsking ? ["--yes"] : []))
        }
      }
      _ = await stage.traffic.stop()  // nobody has taken the gateway out of the load balancer
      for command in single where command[2] == "shutdown" { try await run(command, ["--yes"]) }
      script.expectDone()
    }
  }

  @Test("make labs, and end them")
  func labs() async throws {
    try await withTemporaryFolder { folder in
      let script = DocumentedScript(.labs)
      let sample = Program.script("../config/topology.json")
      try FileManager.default.copyItem(atPath: sample, toPath: "\(folder)/topology.json")
      func run(_ command: [String], on lab: String = "") async throws -> String {
        script.tick(command)
        let own = ["/tmp/lab": lab, "/tmp/zdulab-compose": "\(folder)/compose"]
        let result = try await Program.run(
          "\(Program.folder)/zdulab", command.dropFirst().map { own[$0] ?? $0 }, directory: folder)
        #expect(result.code == 0, "\(command): \(result.errors)")
        return result.output
      }
      let others = Lab.all()
      let (all, one) = (["zdulab", "down", "--all"], ["zdulab", "down", "/tmp/lab"])
      for command in script.commands("zdulab", "up", "bluegreen") {
        let lab = try #require(try await run(command).firstMatch(of: /(?:lab|stage): (.+)/))
        let ended = try await run(others.isEmpty && command[1] == "bluegreen" ? all : one, on: String(lab.1))
        #expect(ended == "\(lab.1): ended and removed\n")
      }
      // Where somebody else has labs, too, they are his.
      if !others.isEmpty { script.tick(all) }
      for command in script.commands("zdulab", "demo", "compose") { _ = try await run(command) }
      script.expectDone()
    }
  }

  @Test("ask what init asks, and tell what needs nothing")
  func anywhere() async throws {
    let script = DocumentedScript(.anywhere)
    for command in script.commands("zdupgrade", "--version", "--generate-completion-script") {
      script.tick(command)
      let result = try await Program.zdupgrade(Array(command.dropFirst()))
      #expect(result.code == 0 && !result.output.isEmpty && result.errors.isEmpty, "\(command): \(result.errors)")
    }
    script.expectDone()
    let interview = DocumentedScript(.interview)
    try await InitRunTests().whole()
    interview.tick(["zdupgrade", "init"])
    interview.expectDone()
  }
}
