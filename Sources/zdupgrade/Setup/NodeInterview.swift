import Axway
import Foundation
import Upgrade

/// Asks what nodes there are and what runs on them.
struct NodeInterview {
  let interview: Interview
  /// The user of the nodes for whom none of their own is given; empty for the one that the operator's own ssh takes.
  let user: String

  /// The nodes; at least one has an Admin Node Manager.
  ///
  /// - Throws: `Failure` of kind `.cancelled` at the end of the input.
  func nodes() throws(Failure) -> [Topology.Node] {
    interview.tell(
      "", "The nodes. Begin with the first Admin Node Manager's: the one that has",
      "OLD_INSTALL_DIR/apigateway/\(DomainKey.path).")
    var nodes: [Topology.Node] = []
    while let host = try host(behind: nodes) {
      let name = try name(host, behind: nodes)
      let own = try interview.ask("SSH user on it" + (user.isEmpty ? ", or nothing" : ""), standard: user, Self.user)
      let isAdmin = try interview.isYes("Is there an Admin Node Manager on it?", standard: nodes.isEmpty)
      let groups = nodes.flatMap(\.groups)
      nodes.append(
        Topology.Node(
          name: name, host: host, nodeManager: isAdmin ? .admin : .node,
          instances: try instances(of: name, isAdmin: isAdmin, group: groups.last),
          ssh: SSHSettings(user: own == user || own.isEmpty ? nil : own)))
    }
    return nodes
  }

  /// A user's name as SSH takes it; an empty one stands for none.
  static func user(_ answer: String) throws(Failure) -> String {
    guard !answer.hasPrefix("-"), !answer.contains(where: \.isWhitespace) else {
      throw Failure(.refused, "'\(answer)' is no user's name")
    }
    return answer
  }

  /// Nil where there are no more.
  private func host(behind nodes: [Topology.Node]) throws(Failure) -> String? {
    let question = "Host of node \(nodes.count + 1), as the domain's topology has it"
    let host = try interview.ask(
      nodes.isEmpty ? question : "\(question), or nothing", standard: nodes.isEmpty ? nil : ""
    ) { (answer) throws(Failure) in
      if answer.isEmpty {
        guard nodes.contains(where: { $0.nodeManager == .admin }) else {
          throw Failure(
            .refused, "none of the nodes has an Admin Node Manager, on which the upgrade begins; give that one")
        }
        return answer
      }
      guard DiscoveredDomain.isHostName(answer) else { throw Failure(.refused, "'\(answer)' is no host name") }
      guard !nodes.contains(where: { $0.host == answer }) else {
        throw Failure(.refused, "'\(answer)' is the host of a node already")
      }
      return answer
    }
    return host.isEmpty ? nil : host
  }

  private func name(_ host: String, behind nodes: [Topology.Node]) throws(Failure) -> String {
    try interview.ask("Its name in tables and logs", standard: host) { (answer) throws(Failure) in
      let key = "its name"
      let name = try SettingReader(.object([key: .string(answer)]), file: "'\(answer)'", keys: [key]).nodeName(key)
      guard !nodes.contains(where: { $0.name == name }) else {
        throw Failure(.refused, "'\(name)' is the name of a node already")
      }
      return name
    }
  }

  private func instances(
    of node: String, isAdmin: Bool, group: String?
  ) throws(Failure) -> [Topology.Instance] {
    var instances: [Topology.Instance] = []
    while true {
      let mayEnd = isAdmin || !instances.isEmpty
      let name = try interview.text(
        "Instance \(instances.count + 1) on \(node), as startinstance -n takes it" + (mayEnd ? ", or nothing" : ""),
        mayBeEmpty: mayEnd)
      guard !name.isEmpty else { return instances }
      let group = try interview.ask(
        "Its group", standard: instances.last?.group ?? group
      ) { (answer) throws(Failure) in
        guard !instances.contains(where: { $0.name == name && $0.group == answer }) else {
          throw Failure(
            .refused, "'\(name)' of '\(answer)' was given already; give the group of another instance '\(name)'")
        }
        return answer
      }
      instances.append(Topology.Instance(name: name, group: group))
    }
  }
}
