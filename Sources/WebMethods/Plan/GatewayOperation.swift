import Upgrade

/// What a gateway is asked for in a plan; each sees to it that it had its effect.
public enum GatewayOperation: Sendable, Hashable {
  /// Waits until the gateway serves.
  case ensureHealthy
  /// Makes, enables and sets the quiesce port where that is not done.
  case ensureQuiescePort(QuiescePort)
  /// Has the gateway's side tell its events.
  case registerWebhook
  /// Empties the new datastore.
  case clean(hasBackup: Bool)
  /// Has the gateway refuse design-time changes.
  case quiesceDesigntime
  /// Has it take them again.
  case endDesigntime
  /// Copies data from the old datastore to the new one.
  case reindex(ReindexedData)
  /// Makes what was copied fit for the new version.
  case transform
  /// Restarts the gateway at once.
  case restart
  /// Has the gateway refuse everything but what comes through this port.
  case quiesceAll(QuiescePort)
  /// Shuts the gateway down; clients have so many minutes.
  case shutDown(ShutdownRoute, minutes: Int)
  /// Runs a command of the operator's on the control node.
  case control(OperatorCommand)

  /// What `operation` is; nil for what is none of these.
  public init?(_ operation: Operation) {
    let arguments = operation.arguments
    switch operation.name {
    case "ensureHealthy": self = .ensureHealthy
    case "registerWebhook": self = .registerWebhook
    case "quiesceDesigntime": self = .quiesceDesigntime
    case "endDesigntime": self = .endDesigntime
    case "transform": self = .transform
    case "restart": self = .restart
    case "ensureQuiescePort", "quiesceAll":
      guard let number = arguments["port"].flatMap({ Int($0) }), let alias = arguments["alias"] else { return nil }
      let port = QuiescePort(number: number, alias: alias)
      self = operation.name == "quiesceAll" ? .quiesceAll(port) : .ensureQuiescePort(port)
    case "clean":
      guard let hasBackup = arguments["backup"].flatMap({ Bool($0) }) else { return nil }
      self = .clean(hasBackup: hasBackup)
    case "reindex":
      guard let data = arguments["data"].flatMap(ReindexedData.init) else { return nil }
      self = .reindex(data)
    case "shutDown":
      guard let route = arguments["route"].flatMap(ShutdownRoute.init),
        let minutes = arguments["minutes"].flatMap({ Int($0) })
      else { return nil }
      self = .shutDown(route, minutes: minutes)
    case "control":
      guard let timeout = arguments["timeout"].flatMap({ Int($0) }), let words = Self.words(arguments) else {
        return nil
      }
      self = .control(OperatorCommand(words, on: .control, timeout: timeout))
    default: return nil
    }
  }

  /// Its name in plans and journals.
  public var name: String {
    switch self {
    case .ensureHealthy: "ensureHealthy"
    case .ensureQuiescePort: "ensureQuiescePort"
    case .registerWebhook: "registerWebhook"
    case .clean: "clean"
    case .quiesceDesigntime: "quiesceDesigntime"
    case .endDesigntime: "endDesigntime"
    case .reindex: "reindex"
    case .transform: "transform"
    case .restart: "restart"
    case .quiesceAll: "quiesceAll"
    case .shutDown: "shutDown"
    case .control: "control"
    }
  }

  /// With what, in plans and journals; no secret is in it.
  public var arguments: [String: String] {
    switch self {
    case .ensureQuiescePort(let port), .quiesceAll(let port): ["port": String(port.number), "alias": port.alias]
    case .clean(let hasBackup): ["backup": String(hasBackup)]
    case .reindex(let data): ["data": data.rawValue]
    case .shutDown(let route, let minutes): ["route": route.rawValue, "minutes": String(minutes)]
    case .control(let command):
      [
        "command": JSONText.of(.array(command.command.map(Setting.string))), "timeout": String(command.timeout),
      ]
    case .ensureHealthy, .registerWebhook, .quiesceDesigntime, .endDesigntime, .transform, .restart: [:]
    }
  }

  /// Whether doing it twice is more than seeing to a state twice.
  public var isOneTime: Bool {
    switch self {
    case .clean, .reindex, .transform, .restart, .quiesceAll, .shutDown, .control: true
    case .ensureHealthy, .ensureQuiescePort, .registerWebhook, .quiesceDesigntime, .endDesigntime: false
    }
  }

  private static func words(_ arguments: [String: String]) -> [String]? {
    guard let text = arguments["command"], case .array(let elements) = AnswerReader.json(Array(text.utf8)) else {
      return nil
    }
    let words = elements.compactMap { if case .string(let word) = $0 { word } else { nil } }
    return words.isEmpty || words.count != elements.count ? nil : words
  }
}
