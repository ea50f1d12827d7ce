import Rehearsal
import Upgrade

/// What `zdupgrade status --format json` said of the rehearsed run, as far as it is wanted.
struct StatusDocument: Decodable {
  struct Node: Decodable {
    let node: String
    let sysupgrade: String?
    let old: String?
    let new: String?
    let balancer: String?
    let problems: [String]
  }

  let nodes: [Node]
  let next: [NextStep]
}

/// A command that an operator would run next.
struct NextStep: Codable {
  let command: String
  let effect: String

  /// The same for a real run, which has another id and log folder: `RUN` stands for its id.
  var forOperator: NextStep {
    let words = command.split(separator: " ").prefix(2).joined(separator: " ")
    return NextStep(command: "\(words) RUN", effect: effect)
  }
}

/// How a node stands at the end of a rehearsal.
struct RehearsedStand: Encodable {
  let node: String
  /// What answers on each of its instances; `none` where nothing does.
  let versions: [String: String]
  /// How the load balancer has it, by its own word, or else by what the run did last: `in`, `out`, `down` or `mixed`;
  /// `none` for a node without instances.
  let balancer: String
  let sysupgrade: String?
  /// How the processes of the old installation are.
  let old: String?
  let new: String?
  let problems: [String]
  /// Whether more was done on it than EXPORT and UPGRADE.
  let isTouched: Bool

  private static let nothing = "none"

  static func all(_ night: RehearsedNight, _ account: RehearsalAccount, _ status: StatusDocument?) -> [RehearsedStand] {
    night.nodes.map { node in
      let known = status?.nodes.first { $0.node == node.node }
      let instances = account.instances.filter { $0.node == node.node }
      return RehearsedStand(
        node: node.node,
        versions: Dictionary(instances.map { ($0.instance, $0.version ?? nothing) }) { first, _ in first },
        balancer: balancer(known?.balancer, isOut: node.isOutAtEnd), sysupgrade: known?.sysupgrade, old: known?.old,
        new: known?.new,
        problems: known?.problems ?? [], isTouched: node.outOfBalancer != nil || !(known?.problems ?? []).isEmpty)
    }
  }

  /// NGINX does not know whether a node serves that it sends requests to.
  private static func balancer(_ word: String?, isOut: Bool) -> String {
    switch word {
    case "enabled": "in"
    case "disabled": "out"
    case "unknown", nil: isOut ? "out" : "in"
    case .some(let word): word
    }
  }

  static let heading = ["NODE", "ANSWERS", "BALANCER", "SYSUPGRADE", "OLD", "NEW"]

  /// The cells of a table's row.
  var cells: [String] {
    let unknown = "unknown"
    let answers = Set(versions.values).sorted().map { $0 == Self.nothing ? "nothing" : $0 }
    return [
      node, answers.isEmpty ? "-" : answers.joined(separator: ", "), balancer, sysupgrade ?? unknown, old ?? unknown,
      new ?? unknown,
    ]
  }
}
