import Upgrade

/// Something that goes wrong on purpose in a simulated webMethods API Gateway, written `GATEWAY:STEP[:KIND[:ARGUMENT]]`.
public struct GatewayFault: Sendable, Hashable {
  /// Where it goes wrong: an action that runs by itself, a kind of call, or the process.
  public enum Step: String, Sendable, Hashable, CaseIterable {
    case clean, reindexCore = "reindex-core", reindexLogs = "reindex-logs", transform
    case quiesceDesigntime = "quiesce-designtime", quiesceAll = "quiesce-all"
    /// Any call to this resource.
    case quiescemode, migration, ports, webhooks, shutdown, health
    /// Any call for an API.
    case traffic
    /// Sending an event to a webhook.
    case delivery
    /// Coming back after a bounce, or being started.
    case start
  }

  /// How it goes wrong.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// An action ends with a failure (argument: its reason); `start`: the gateway does not come back; `shutdown`: it is
    /// answered as if all were well, and nothing happens.
    case fail
    /// The call, or the one that begins the action, is answered 500. Argument: only for this method.
    case error
    /// It goes on until the fault is taken away.
    case hang
    /// It takes longer. Argument: seconds, 5 without it.
    case slow
    /// `delivery`: the webhook is not sent at all.
    case drop
    /// `health`: the status is this.
    case red, yellow
    /// The process dies in the middle of it, as if it were killed. With `start` it dies for good.
    case die
  }

  /// The gateway's name.
  public let gateway: String
  /// Where.
  public let step: Step
  /// How.
  public let kind: Kind
  /// What the kind needs to know; may be empty.
  public let argument: String

  /// A fault.
  public init(gateway: String, step: Step, kind: Kind = .fail, argument: String = "") {
    self.gateway = gateway
    self.step = step
    self.kind = kind
    self.argument = argument
  }

  /// Reads `GATEWAY:STEP[:KIND[:ARGUMENT]]` for one of `gateways`.
  ///
  /// - Throws: `Failure` of kind `.refused` with what would have been right.
  public init(parsing text: String, gateways: [String]) throws(Failure) {
    let words = try FaultText<Step, Kind>(text, about: "gateway", of: gateways)
    self.init(gateway: words.name, step: words.step, kind: words.kind ?? .fail, argument: words.argument)
  }

  /// As it is written.
  public var text: String {
    [gateway, step.rawValue, kind.rawValue, argument].filter { !$0.isEmpty }.joined(separator: ":")
  }
}
