import Upgrade

/// Something that goes wrong on purpose, at one step on one node.
public struct Fault: Sendable, Hashable {
  /// Where it goes wrong.
  public enum Step: String, Sendable, Hashable, CaseIterable {
    case export, upgrade, apply, status, clean
    /// Starting a new instance, by hand or by `apply`.
    case start
    /// Stopping an old instance.
    case stop
    /// Starting the new Node Manager.
    case nodeManagerStart = "nodemanager-start"
    /// Stopping the old Node Manager.
    case nodeManagerStop = "nodemanager-stop"
    /// Starting an old instance, as a rollback does.
    case oldStart = "old-start"
    /// Starting the old Node Manager, as a rollback does.
    case oldNodeManagerStart = "old-nodemanager-start"
    /// Stopping a new instance, as a rollback does.
    case newStop = "new-stop"
    /// Stopping the new Node Manager, as a rollback does.
    case newNodeManagerStop = "new-nodemanager-stop"
  }

  /// How it goes wrong.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The command fails. Argument: `CODE`, `TEXT` or `CODE:TEXT`; without it a realistic text and 100.
    case fail
    /// The command never ends.
    case hang
    /// It takes longer. Argument: seconds.
    case slow
    /// The process starts, and then dies. Argument: after how many seconds; at once without it.
    case crash
    /// The process runs but its `/healthcheck` answers 500.
    case unhealthy
    /// The process runs and its `/healthcheck` is good, but every real request is answered 500.
    case broken
    /// The node's SSH connections are cut, and the command ends with 255; with the argument `continue` it goes on.
    case drop
    /// The process does not stop: `-k` returns after its time. Argument: its exit code, 0 without it.
    case refuse
    /// A warning. Argument: its text.
    case warn
  }

  /// The node's name.
  public let node: String
  /// Where.
  public let step: Step
  /// How.
  public let kind: Kind
  /// What the kind needs to know; may be empty.
  public let argument: String

  /// A fault.
  public init(node: String, step: Step, kind: Kind = .fail, argument: String = "") {
    self.node = node
    self.step = step
    self.kind = kind
    self.argument = argument
  }

  /// Reads `NODE:STEP[:KIND[:ARGUMENT]]` for one of `nodes`.
  ///
  /// - Throws: `Failure` of kind `.refused` with what would have been right.
  public init(parsing text: String, nodes: [String]) throws(Failure) {
    // A node's name may hold a colon: the longest that fits is meant.
    let fitting = nodes.filter { text.hasPrefix("\($0):") }.max { $0.utf8.count < $1.utf8.count }
    guard let node = fitting else {
      let name = String(text.prefix { $0 != ":" })
      let hint = NearMatch.hint(for: name, among: nodes)
      throw Failure(.refused, "fault '\(text)': no node '\(name)'\(hint); the form is NODE:STEP[:KIND[:ARGUMENT]]")
    }
    let words = text.dropFirst(node.count + 1).split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    let kind = words.count > 1 ? String(words[1]) : Kind.fail.rawValue
    self.init(
      node: node,
      step: try Self.choose(Step.self, words.first.map(String.init) ?? "", "step", in: text),
      kind: try Self.choose(Kind.self, kind, "kind", in: text),
      argument: words.count > 2 ? String(words[2]) : "")
  }

  private static func choose<Choice: RawRepresentable<String> & CaseIterable>(
    _: Choice.Type, _ word: String, _ what: String, in text: String
  ) throws(Failure) -> Choice {
    if let choice = Choice(rawValue: word) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    let hint = NearMatch.hint(for: word, among: names)
    throw Failure(.refused, "fault '\(text)': the \(what) '\(word)' is none of \(names.joined(separator: ", "))\(hint)")
  }
}
