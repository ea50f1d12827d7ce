import Upgrade

/// The lab's HAProxy: one frontend and one backend for each group, the servers' health checked.
///
/// What HAProxy does by default stays: it tries to connect again, on the same server, and repeats no request.
struct HAProxyStage: BalancerStage {
  let lab: LabDescription

  /// The server.
  var server: HAProxyServer {
    HAProxyServer(
      directory: lab.layout.haproxy, proxies: configuration, listening: lab.groups.map(\.endpoint),
      // On a machine of its own there is nobody who looks for the lab's processes.
      environment: lab.areNodesApart ? nil : LabEnvironment(lab.layout).variables)
  }

  var setting: Setting { .object(["driver": .string("haproxy"), "socket": .string(server.socket)]) }

  func start() async throws { try await server.start() }
  func startAgain() async throws { try await start() }

  private var configuration: String {
    lab.groups.enumerated().map { index, group in
      """
      frontend group_\(index + 1)
        bind \(group.endpoint)
        default_backend group_\(index + 1)
      backend group_\(index + 1)
        balance roundrobin
        option httpchk GET /healthcheck
        # Else a check that is not answered within its interval has failed; slow, as on a busy machine, is not down.
        timeout check 2s
        default-server check inter 200ms fall 2 rise 1
      \(servers(of: group).joined(separator: "\n"))
      """
    }.joined(separator: "\n")
  }

  private func servers(of group: LabGroup) -> [String] {
    var names: Set<String> = []
    return lab.instances(of: group).map { node, instance in
      var name = Self.serverName(node.name)
      while !names.insert(name).inserted { name += "_" }
      return "  server \(name) \(node.address):\(instance.port)"
    }
  }

  /// A node's name with `_` for all that HAProxy does not take in a name.
  private static func serverName(_ name: String) -> String {
    String(String.UnicodeScalarView(name.unicodeScalars.map { isPlain($0) ? $0 : "_" }))
  }

  private static func isPlain(_ character: UnicodeScalar) -> Bool {
    switch character {
    case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_": true
    default: false
    }
  }
}
