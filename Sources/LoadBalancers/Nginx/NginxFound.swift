import Upgrade

/// A node's `server` lines in the include files; there is at least one.
struct NginxFound {
  let includes: [NginxHost.Include]
  private let server: String

  /// Looks for the node.
  ///
  /// - Throws: `Failure` of kind `.balancer` that lists what is there, when no line means it.
  init(_ node: Node, in includes: [NginxHost.Include]) throws(Failure) {
    guard let server = node.loadBalancerServer,
      includes.contains(where: { $0.list.servers.contains { $0.isMeant(by: server) } })
    else { throw Self.unknown(node, in: includes) }
    self.includes = includes
    self.server = server
  }

  private static func unknown(_ node: Node, in includes: [NginxHost.Include]) -> Failure {
    let files = includes.map(\.path).joined(separator: ", ")
    let addresses = includes.flatMap(\.list.servers).map(\.address)
    let there = addresses.isEmpty ? "there is none" : "there are \(addresses.joined(separator: ", "))"
    let remedy = "set the node's loadBalancerServer to the address of its server line"
    guard let server = node.loadBalancerServer else {
      return Failure(
        .balancer, "nginx: the node has no loadBalancerServer; of the server lines in \(files) \(there)", remedy: remedy
      )
    }
    let hint = NearMatch.hint(for: server, among: addresses)
    return Failure(
      .balancer, "nginx: no server line for '\(server)' in \(files); \(there)\(hint)", remedy: remedy)
  }

  /// Whether all of the node's lines are `down`.
  var isDown: Bool {
    includes.flatMap(\.list.servers).filter { $0.isMeant(by: server) }.allSatisfy(\.isDown)
  }

  /// The include files with all of the node's lines `down`, or none; the others are as they were.
  func setting(isDown: Bool) -> [NginxHost.Include] {
    includes.map { include in
      let new = include.list.setting(server, isDown: isDown)
      guard new != include.list.text else { return include }
      return NginxHost.Include(path: include.path, list: NginxServerList(new), changed: include.changed)
    }
  }
}

/// A file's content as it is and as it shall be.
struct NginxEdit {
  let path: String
  let old: [UInt8]
  let new: [UInt8]
}
