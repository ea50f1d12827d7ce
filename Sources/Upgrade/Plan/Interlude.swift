/// What happens behind a stage, before the next one begins.
public enum Interlude: Sendable, Hashable, Codable {
  /// The nodes are watched for so many seconds under traffic, and nothing else is done.
  case bake(seconds: Int, nodes: [String])
  /// The run waits for the operator; the nodes are those after which it was asked for.
  case pause(after: [String])
  /// The run waits for the operator's word, since of what comes next not all can be taken back: why, as a clause.
  case consent(String)
  /// A gate must pass.
  case gate(Gate, GatePlace)

  /// What it does, as a verb phrase.
  public var title: String {
    switch self {
    case .bake(let seconds, let nodes): "watch \(nodes.listed) under traffic for \(seconds) s"
    case .pause(let nodes): "wait for the operator after \(nodes.listed)"
    case .consent(let reason): "wait for the operator's word: \(reason)"
    case .gate(let gate, _): gate.title
    }
  }
}
