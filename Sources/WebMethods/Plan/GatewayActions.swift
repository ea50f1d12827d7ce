import Upgrade

/// Makes the actions of a plan: what a gateway is asked for, with its time and the lines that do the same by hand.
struct GatewayActions: Sendable {
  let times: StepTimes
  /// The configuration file's path, for the lines.
  let file: String

  /// What asks `node` for `operation`.
  func action(_ operation: GatewayOperation, on node: GatewayNode) -> Action {
    .operation(
      Operation(
        operation.name, arguments: operation.arguments, lines: lines(operation, node), deadline: deadline(operation),
        isOneTime: operation.isOneTime))
  }

  /// What runs the operator's `command` where it belongs, for `node`.
  func action(_ command: OperatorCommand, for node: GatewayNode) -> Action {
    switch command.place {
    case .node: .run(Command(words: command.command.map(Command.Word.text)), timeout: command.timeout)
    case .control: action(.control(command), on: node)
    }
  }

  /// The time for `name` in seconds.
  func seconds(_ name: StepTimes.Name) -> Int { Int(times[name].components.seconds) }

  private func deadline(_ operation: GatewayOperation) -> Int {
    switch operation {
    case .ensureHealthy: seconds(.start)
    // A few answers each, with the pauses between tries.
    case .ensureQuiescePort, .registerWebhook, .endDesigntime: seconds(.answer) * 4
    case .clean: seconds(.clean)
    case .quiesceDesigntime: seconds(.quiesceDesigntime)
    case .reindex(.core): seconds(.reindexCore)
    case .reindex(.logsAndEvents): seconds(.reindexLogs)
    case .transform: seconds(.transform)
    case .restart: seconds(.restart)
    case .quiesceAll: seconds(.quiesceAll)
    case .shutDown: seconds(.shutdown)
    case .control(let command): command.timeout
    }
  }

  private func lines(_ operation: GatewayOperation, _ node: GatewayNode) -> [String] {
    let wait = ["--wait", String(deadline(operation))]
    switch operation {
    case .ensureHealthy: return [line(node, "health")]
    case .ensureQuiescePort: return [line(node, "port", "create-quiesce")]
    // Its URL is one that nobody is to see, and without it polling does.
    case .registerWebhook: return []
    case .clean(let hasBackup):
      return [line(node, ["migrate", "clean"], (hasBackup ? [] : ["--no_backup"]) + wait)]
    case .quiesceDesigntime: return [line(node, ["quiesce", "enable"], ["--block", "designtime"] + wait)]
    case .endDesigntime: return [line(node, "quiesce", "disable")]
    case .reindex(let data):
      return [line(node, ["migrate", "reindex"], ["--data", data == .core ? "core" : "logs"] + wait)]
    case .transform: return [line(node, ["migrate", "transform"], wait)]
    case .restart: return [line(node, ["shutdown"], ["--bounce", "--force"])]
    case .quiesceAll(let port):
      return [
        line(node, ["quiesce", "enable"], ["--block", "all"]),
        line(node, ["health"], ["--quiesce_port", String(port.number)]),
      ]
    case .shutDown(.administration, let minutes):
      return [line(node, ["shutdown"], ["--drain_minutes", String(minutes)])]
    case .shutDown(.server, let minutes): return [service(node, node.url, minutes)]
    case .shutDown(.quiescePort, let minutes):
      return [service(node, node.quiescePort.map { node.url.atPlainPort($0.number) } ?? node.url, minutes)]
    case .control(let command): return [command.line(about: node.name, host: node.host).line]
    }
  }

  private func line(_ node: GatewayNode, _ words: String...) -> String { line(node, words, []) }

  private func line(_ node: GatewayNode, _ words: [String], _ options: [String]) -> String {
    let all = ["zdupgrade", "gateway"] + words + ["--config", file, "--node", node.name] + options
    return Command(words: all.map(Command.Word.text)).line
  }

  /// The password is asked for by the program, so that it stands nowhere.
  private func service(_ node: GatewayNode, _ url: GatewayURL, _ minutes: Int) -> String {
    let body = #"{"bounce":"no","option":"drain","timeout":"\#(minutes)"}"#
    let words = [
      "curl", "-X", "POST", "-u", node.login.username, "-H", "Content-Type: application/json", "-d", body,
      url.service("wm.server.admin/shutdown"),
    ]
    return Command(words: words.map(Command.Word.text)).line
  }
}
