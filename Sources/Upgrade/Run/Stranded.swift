/// A node that is neither upgraded nor back: where it stands and what to run by hand.
public struct Stranded: Sendable, Hashable, Codable {
  /// The node.
  public let node: String
  /// The state it is in, in words.
  public let state: String
  /// What is left to do, as titles, each with the lines to run on the node or none where it is the balancer's.
  public let remaining: [Remaining]

  /// One thing left to do.
  public struct Remaining: Sendable, Hashable, Codable {
    /// What it does.
    public let title: String
    /// The command lines that do it on the node.
    public let lines: [String]
  }

  /// A stranded node; `remaining` are the acts not done, the failed one first, and `user` is who runs their lines where it
  /// is not the one who logs in.
  public init(node: String, state: String, remaining: [Act], as user: String? = nil) {
    self.node = node
    self.state = state
    self.remaining = remaining.map { act in
      let lines: [String] =
        switch act.action {
        case .run(let command, _): [command.line]
        case .ensure(let goal): [goal.act.line]
        case .answer(let check): ["curl -fsS \(ShellQuoting.quote(check.url))"]
        case .operation(let operation): operation.lines
        case .balancer, .gate: []
        }
      return Remaining(title: act.title + (lines.isEmpty ? "" : user.map { " (as \($0))" } ?? ""), lines: lines)
    }
  }
}
