import FoundationEssentials
import Upgrade

/// What the tools on one node know of the other nodes: in a lab on one machine from the lab's folder, and where each node
/// is a machine of its own from what the Node Managers there answer.
struct DomainView: Sendable {
  private let lab: LabDescription
  private let own: LabNode

  /// The view from the node of `installation`.
  init(of installation: Installation) {
    lab = installation.lab
    own = installation.node
  }

  /// The processes of `side` that run on `node`, as far as can be known: of a node whose Node Manager does not answer, none.
  func runningServices(_ side: Side, of node: LabNode) async -> [GatewayService] {
    let installation = Installation(side, of: node, in: lab)
    guard isElsewhere(node) else { return installation.runningServices }
    guard let standing = await standing(of: node), standing.side == side else { return [] }
    return installation.services.filter { standing.running.contains($0.key) }
  }

  /// The new domain, as the Admin Node Manager on `host` has it; nil where it has none, or does not answer.
  func newDomain(at host: String) async -> NewDomain? {
    guard let node = lab.nodes.first(where: { $0.host == host }), isElsewhere(node) else {
      return NewDomain.read(lab.layout)
    }
    return await standing(of: node)?.domain
  }

  private func isElsewhere(_ node: LabNode) -> Bool { lab.areNodesApart && node.name != own.name }

  private func standing(of node: LabNode) async -> NodeStanding? {
    guard case .success((200, let body)) = await ManagerClient(node: node).get(NodeStanding.path) else { return nil }
    return try? JSONDecoder().decode(NodeStanding.self, from: body)
  }
}

/// What a Node Manager tells the tools on other nodes about its own. The real ones have a protocol of their own for that.
struct NodeStanding: Sendable, Hashable, Codable {
  /// Where it is asked for.
  static let path = "/simulation/standing"

  /// The Node Manager's installation.
  let side: Side
  /// The keys of the processes of this installation that run.
  let running: [String]
  /// The new domain, on the node that has made it.
  let domain: NewDomain?

  /// How the node of `installation` stands.
  init(of installation: Installation) {
    side = installation.side
    running = installation.runningServices.map(\.key)
    domain = NewDomain.read(installation.lab.layout)
  }
}
