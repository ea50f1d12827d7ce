import Upgrade

/// Something that goes wrong on purpose in a simulated webMethods API Gateway, written `NAME:STEP[:KIND[:ARGUMENT]]`.
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

  /// Reads `NAME:STEP[:KIND[:ARGUMENT]]` for one of `gateways`.
  ///
  /// - Throws: `Failure` of kind `.refused` with what would have been right.
  public init(parsing text: String, gateways: [String]) throws(Failure) {
    let words = text.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
    self.init(
      gateway: try Self.choose(words[0], "gateway", among: gateways, in: text),
      step: try Self.choose(Step.self, words.count > 1 ? words[1] : "", "step", in: text),
      kind: try Self.choose(Kind.self, words.count > 2 ? words[2] : Kind.fail.rawValue, "kind", in: text),
      argument: words.count > 3 ? words[3] : "")
  }

  /// As it is written.
  public var text: String {
    [gateway, step.rawValue, kind.rawValue, argument].filter { !$0.isEmpty }.joined(separator: ":")
  }

  private static func choose<Choice: RawRepresentable<String> & CaseIterable>(
    _: Choice.Type, _ word: String, _ what: String, in text: String
  ) throws(Failure) -> Choice {
    let name = try choose(word, what, among: Choice.allCases.map(\.rawValue), in: text)
    guard let choice = Choice(rawValue: name) else { throw Failure(.refused, "fault '\(text)': no \(what) '\(word)'") }
    return choice
  }

  private static func choose(
    _ word: String, _ what: String, among names: [String], in text: String
  ) throws(Failure) -> String {
    if names.contains(word) { return word }
    let hint = NearMatch.hint(for: word, among: names)
    throw Failure(
      .refused, "fault '\(text)': the \(what) '\(word)' is none of \(names.joined(separator: ", "))\(hint)")
  }
}
