import Upgrade

/// A node's `server` lines in the include files; there is at least one.
struct NginxFound {
  let includes: [NginxHost.Include]
  private let server: String

  /// Looks for the node.
  ///
  /// - Throws: `Failure` of kind `.balancer` that lists what is there, when no line means it.
  init(_ node: Node, in includes: [NginxHost.Include]) throws(Failure) {
    let files = includes.map(\.path).joined(separator: ", ")
    let servers = includes.flatMap(\.list.servers)
    let addresses = servers.map(\.address)
    let there = addresses.isEmpty ? "there is none" : "there are \(addresses.joined(separator: ", "))"
    let remedy = "set the node's loadBalancerServer to the address of its server line"
    guard let server = node.loadBalancerServer else {
      throw Failure(
        .balancer, "nginx: the node has no loadBalancerServer; of the server lines in \(files) \(there)", remedy: remedy
      )
    }
    guard servers.contains(where: { $0.isMeant(by: server) }) else {
      let hint = NearMatch.hint(for: server, among: addresses)
      throw Failure(.balancer, "nginx: no server line for '\(server)' in \(files); \(there)\(hint)", remedy: remedy)
    }
    self.includes = includes
    self.server = server
  }

  /// Whether all of the node's lines are `down`.
  var isDown: Bool {
    includes.flatMap(\.list.servers).filter { $0.isMeant(by: server) }.allSatisfy(\.isDown)
  }

  /// What to write so that all of the node's lines are `down`, or none is; only files in which something changes.
  func edits(isDown: Bool) -> [NginxEdit] {
    includes.compactMap { include in
      let new = include.list.setting(server, isDown: isDown)
      return new == include.list.text ? nil : NginxEdit(path: include.path, old: include.list.text, new: new)
    }
  }
}

/// A file's content as it is and as it shall be.
struct NginxEdit {
  let path: String
  let old: [UInt8]
  let new: [UInt8]
}
