import Upgrade

/// A node's servers in all HAProxy processes; each process has at least one.
struct HAProxyFound: Sendable {
  /// A server in a process; it keeps its meaning when the process is replaced by a reload.
  struct Place: Sendable, Hashable {
    let socket: Int
    let name: HAProxyServer.Name
  }

  /// A server and where it is.
  struct Entry: Sendable {
    let place: Place
    let server: HAProxyServer
    let process: HAProxySnapshot.Process
  }

  let entries: [Entry]

  /// Looks for the node in what the processes at `sockets` said.
  ///
  /// - Throws: `Failure` of kind `.balancer` that lists what is there, when one of them has no server for it: a pair of
  ///   balancers of which one goes on sending requests would be worse than none.
  init(_ node: Node, in snapshots: [HAProxySnapshot], of settings: HAProxySettings) throws(Failure) {
    var entries: [Entry] = []
    for (index, snapshot) in snapshots.enumerated() {
      let socket = settings.sockets[index]
      for backend in settings.backends where !snapshot.servers.contains(where: { $0.name.backend == backend }) {
        let there = snapshot.servers.map(\.name.backend)
        throw Failure(
          .balancer,
          "haproxy: no backend '\(backend)' with servers at \(socket)\(NearMatch.hint(for: backend, among: there))")
      }
      let candidates = snapshot.servers.filter {
        settings.backends.isEmpty || settings.backends.contains($0.name.backend)
      }
      guard let text = node.loadBalancerServer else {
        throw Failure(
          .balancer, "haproxy: the node has no loadBalancerServer; at \(socket) \(Self.list(candidates))",
          remedy: Self.remedy)
      }
      let found = candidates.filter { $0.isMeant(by: text) }
      guard !found.isEmpty else {
        let hint = NearMatch.hint(for: text, among: candidates.flatMap(\.names))
        throw Failure(
          .balancer, "haproxy: no server '\(text)' at \(socket); \(Self.list(candidates))\(hint)", remedy: Self.remedy)
      }
      entries += found.map {
        Entry(place: Place(socket: index, name: $0.name), server: $0, process: snapshot.process)
      }
    }
    self.entries = entries
  }

  private static let remedy = "set the node's loadBalancerServer to BACKEND/SERVER, the server's name or its address"

  private static func list(_ servers: [HAProxyServer]) -> String {
    if servers.isEmpty { return "there is none" }
    let names = servers.prefix(50).map { $0.address == "-" ? "\($0.name)" : "\($0.name) (\($0.address):\($0.port))" }
    return "there are \(names.joined(separator: ", "))\(servers.count > 50 ? ", ..." : "")"
  }

  /// Whether the server there was out.
  func wasOut(_ place: Place) -> Bool { entries.contains { $0.place == place && $0.server.isOut } }

  /// Those that still get requests.
  var serving: [Entry] { entries.filter { !$0.server.isOut } }

  /// How the node stands in all of them together.
  var standing: Standing { Standing.together(entries.map(\.server.standing)) }

  /// What is in flight, or nil where nothing is.
  var inFlight: (count: Int, text: String)? {
    let busy = entries.filter { $0.server.sessions + $0.server.queued > 0 }
    guard !busy.isEmpty else { return nil }
    let sessions = busy.reduce(0) { $0 + $1.server.sessions }
    let queued = busy.reduce(0) { $0 + $1.server.queued }
    var names: [String] = []
    for entry in busy where !names.contains("\(entry.place.name)") { names.append("\(entry.place.name)") }
    let open = sessions == 1 ? "1 session is open" : "\(sessions) sessions are open"
    let waiting = queued == 0 ? "" : ", \(queued) wait"
    return (sessions + queued, "\(open)\(waiting) on \(names.joined(separator: ", "))")
  }
}
