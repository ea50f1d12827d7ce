import Foundation
import Lab
import Testing

/// `zdupgrade gateway` against simulated gateways that are processes of their own.
@Suite("zdupgrade gateway", .serialized)
struct GatewayCommandTests {
  /// A stage of one old and one new gateway with a blue-green file for it.
  private struct Stage {
    let lab: BlueGreenLab
    let config: String
    let variables: [String: String]

    func run(_ arguments: String..., on node: String, more: [String] = []) async throws -> Program.Result {
      try await run(arguments, on: node, more: more)
    }

    func run(_ arguments: [String], on node: String, more: [String] = []) async throws -> Program.Result {
      try await Program.zdupgrade(
        ["gateway"] + arguments + ["--config", config, "--node", node] + more, environment: variables)
    }
  }

  private static func withStage(_ body: (Stage) async throws -> Void) async throws {
    var options = BlueGreenOptions(program: "\(Program.folder)/zdulab")
    (options.oldCount, options.newCount, options.documents, options.bounceDelay) = (1, 1, 60, 50)
    let lab = try await BlueGreenLab.up(options)
    do {
      let config = "\(lab.directory)/zdu.json"
      let text = try JSONSerialization.data(withJSONObject: content(lab))
      try text.write(to: URL(fileURLWithPath: config))
      let source = try String(contentsOfFile: lab.datastorePasswordFile, encoding: .utf8)
      try await body(
        Stage(lab: lab, config: config, variables: ["SOURCE_WORD": String(source.split(separator: "\n")[0])]))
    } catch {
      await lab.down()
      throw error
    }
    await lab.down()
    #expect(lab.processes.isEmpty)
  }

  private static func content(_ lab: BlueGreenLab) -> [String: Any] {
    func side(_ nodes: [BlueGreenNode]) -> [String: Any] {
      [
        "username": lab.description.username, "password": ["file": lab.passwordFile],
        "version": nodes[0].version.rawValue,
        "nodes": nodes.map {
          ["name": $0.name, "adminURL": $0.url, "quiescePort": ["number": $0.quiescePort]] as [String: Any]
        },
      ]
    }
    return [
      "profile": "major", "old": side(lab.description.old), "new": side(lab.description.new),
      "source": [
        "url": lab.sourceURL, "username": lab.description.datastoreUsername, "password": ["environment": "SOURCE_WORD"],
      ], "target": ["url": lab.targetURL],
      "migration": ["properties": ["apigateway.migration.srcTenantName": lab.description.tenant]],
      "restart": ["command": ["true"], "on": "control"],
    ]
  }

  @Test("an operator can go through the whole migration by hand, node by node of the file")
  func migration() async throws {
    try await Self.withStage { stage in
      let port = try await stage.run("port", "create-quiesce", on: "Old-1")
      #expect(port.code == 0 && port.output.hasSuffix("(QuiescePort): done\n"), "\(port.errors)")
      let again = try await stage.run("port", "create-quiesce", on: "Old-1")
      #expect(again.code == 0 && again.output.hasSuffix("already so\n"))
      let quiet = try await stage.run("quiesce", "enable", on: "Old-1", more: ["--wait", "20"])
      #expect(quiet.code == 0 && quiet.output == "Old-1: quiesce designtime: done\n", "\(quiet.errors)")
      let state = try await stage.run("quiesce", "status", on: "Old-1")
      #expect(state.output == "Old-1: quiesced for designtime (success)\n")
      let clean = try await stage.run("migrate", "clean", on: "New-1", more: ["--wait", "20", "--yes"])
      #expect(clean.code == 0 && clean.output == "New-1: clean: done\n", "\(clean.errors)")
      for part in ["core", "logs"] {
        let result = try await stage.run("migrate", "reindex", on: "New-1", more: ["--data", part, "--wait", "20"])
        #expect(result.code == 0 && result.output == "New-1: reindex \(part): done\n", "\(result.errors)")
      }
      #expect(try await stage.run("migrate", "transform", on: "New-1", more: ["--wait", "20"]).code == 0)
      let status = try await stage.run("migrate", "status", on: "New-1", more: ["--format", "json"])
      let lines = try JSONDecoder().decode([[String: String]].self, from: Data(status.output.utf8))
      #expect(lines.map { $0["action"] } == ["clean", "reindex", "transform"])
      #expect(lines.allSatisfy { $0["status"] == "success" && $0["node"] == "New-1" } && status.code == 0)
      let account = try await stage.lab.account()
      #expect(account.missingCore == 0)
      #expect(
        try await stage.run("quiesce", "disable", on: "Old-1").output == "Old-1: end the quiesce mode: accepted\n")
      #expect(try await stage.run("quiesce", "status", on: "Old-1").output == "Old-1: not quiesced\n")
    }
  }

  @Test("what cannot be taken back needs --yes without a terminal, and is done with it; health ends with 80 then")
  func destruction() async throws {
    try await Self.withStage { stage in
      for (arguments, act) in [
        (["quiesce", "enable", "--block", "all"], "have Old-1 refuse everything until it is restarted"),
        (["shutdown"], "shut down Old-1"), (["shutdown", "--bounce"], "restart Old-1"),
      ] {
        let refused = try await stage.run(arguments, on: "Old-1")
        #expect(refused.code == 80 && refused.output.isEmpty)
        #expect(
          refused.errors
            == "zdupgrade: nothing was changed: there is no terminal to ask on: This will \(act). Go on?; add --yes if it is meant\n"
        )
      }
      let old = try #require(stage.lab.description.old.first)
      let through = ["--quiesce_port", "\(old.quiescePort)"]
      let portless = try await stage.run("quiesce", "enable", "--block", "all", on: "Old-1", more: ["--yes"])
      #expect(portless.code == 80 && portless.errors.contains("quiesce all on Old-1: HTTP 500: A valid quiesce port"))
      _ = try await stage.run("port", "create-quiesce", on: "Old-1")
      #expect(try await stage.run("health", on: "Old-1", more: through).output == "Old-1: green\n")
      let all = try await stage.run("quiesce", "enable", "--block", "all", on: "Old-1", more: ["--yes"])
      #expect(all.code == 0 && all.output.hasPrefix("Old-1: quiesce all: accepted; 'health --quiesce_port"))
      let gone = try await until(80) { try await stage.run("health", on: "Old-1", more: through) }
      #expect(gone.output.contains("Old-1: does not serve"), "\(gone.output)")
      let down = try await stage.run("shutdown", "--force", "--yes", on: "New-1", more: ["--format", "json"])
      let line = try JSONDecoder().decode([String: String].self, from: Data(down.output.utf8))
      #expect(line["outcome"] == "accepted" && line["operation"] == "shutdown" && down.code == 0)
      let dead = try await until(80) { try await stage.run("health", on: "New-1", more: ["--format", "json"]) }
      #expect(dead.output.contains(#""isServing" : false"#))
    }
  }

  /// What `look` gives once it ends with `code`; within 20 s, else the last of it.
  private func until(_ code: Int32, _ look: () async throws -> Program.Result) async throws -> Program.Result {
    let deadline = ContinuousClock.now + .seconds(20)
    while true {
      let result = try await look()
      if result.code == code || ContinuousClock.now > deadline { return result }
    }
  }

  @Test("webhooks are listed, made, changed, shown and removed, and no password is printed")
  func webhooks() async throws {
    try await Self.withStage { stage in
      #expect(try await stage.run("webhook", "list", on: "New-1").output == "")
      let password = "\(stage.lab.directory)/hook-password"
      try "hook-w0rd\n".write(toFile: password, atomically: true, encoding: .utf8)
      let content = [
        "--call", "http://127.0.0.1:9/x", "--event", "apigateway:server:started", "--header", "X-Key=v", "--call_user",
        "me", "--call_password_file", password, "--format", "json",
      ]
      let made = try await stage.run("webhook", "create", on: "New-1", more: content)
      #expect(made.code == 0, "\(made.errors)")
      let hook = try JSONDecoder().decode(Hook.self, from: Data(made.output.utf8))
      #expect(hook.url == "http://127.0.0.1:9/x" && hook.isActive && hook.username == "me" && hook.headers == ["X-Key"])
      let changed = try await stage.run(
        "webhook", "update", hook.id, on: "New-1",
        more: ["--inactive", "--event", "migration:clean:datastore:completed", "--call_password_file", password])
      #expect(changed.code == 0, "\(changed.errors)")
      let shown = try await stage.run("webhook", "get", hook.id, on: "New-1")
      #expect(
        shown.output == """
          \(hook.id): http://127.0.0.1:9/x (not active, as me, with X-Key)
            migration:clean:datastore:completed

          """)
      #expect(try await stage.run("webhook", "list", on: "New-1").output == shown.output)
      #expect(![made, changed, shown].contains { $0.output.contains("w0rd") })
      let unknown = try await stage.run(
        "webhook", "create", on: "New-1", more: ["--call", "http://x", "--event", "no:event"])
      #expect(unknown.code == 80 && unknown.errors.contains("create a webhook on New-1: HTTP 400"))
      #expect(try await stage.run("webhook", "delete", hook.id, on: "New-1").output.hasSuffix(": done\n"))
      #expect(try await stage.run("webhook", "delete", hook.id, on: "New-1").output.hasSuffix(": nothing there\n"))
      let missing = try await stage.run("webhook", "get", hook.id, on: "New-1")
      #expect(missing.code == 80 && missing.errors.contains("New-1 has no webhook"))
    }
  }

  private struct Hook: Decodable {
    let id: String
    let url: String
    let isActive: Bool
    let username: String
    let headers: [String]
  }

  @Test("a gateway is reached by its URL too; a failed action and a wrong password end with 80")
  func byURL() async throws {
    try await Self.withStage { stage in
      let new = try #require(stage.lab.description.new.first)
      let direct = ["--url", new.url, "--password_file", stage.lab.passwordFile]
      let health = try await Program.zdupgrade(["gateway", "health", "--part", "engine"] + direct)
      #expect(health.code == 0 && health.output == "\(new.server): green\n", "\(health.errors)")
      let wrong = try await Program.zdupgrade(
        ["gateway", "quiesce", "status", "--url", new.url], environment: ["ZDU_PASSWORD": "hunter2"])
      #expect(
        wrong.code == 80 && wrong.errors.contains("HTTP 401: Access denied.") && !wrong.errors.contains("hunter2"))
      try stage.lab.setFault("New-1:clean:fail:no space left")
      let clean = try await Program.zdupgrade(["gateway", "migrate", "clean", "--yes", "--wait", "20"] + direct)
      #expect(clean.code == 80 && clean.errors == "zdupgrade: clean on \(new.server): failure: no space left\n")
      let status = try await Program.zdupgrade(["gateway", "migrate", "status", "--action", "clean"] + direct)
      #expect(status.code == 80 && status.output == "\(new.server): clean: failure: no space left\n")
      try stage.lab.setFault("New-1:clean:hang")
      let slow = try await Program.zdupgrade(["gateway", "migrate", "clean", "--yes", "--wait", "1"] + direct)
      #expect(slow.code == 80 && slow.errors.contains("not over after 1 s: in progress"), "\(slow.errors)")
      let running = try await Program.zdupgrade(["gateway", "migrate", "clean", "--yes"] + direct)
      #expect(running.code == 0 && running.output.contains("already running"))
    }
  }
}
