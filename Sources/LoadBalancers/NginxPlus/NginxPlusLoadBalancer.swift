import Upgrade

/// The driver `nginx-plus`: orders over the HTTP API of NGINX Plus.
///
/// A server is first drained, in which mode it still gets the requests that a session binds to it, and set down when
/// nothing was in use for several looks; `isDrained` takes that second step, as only who counts knows when it cuts nobody
/// off. Its number is looked up by its address each time, as a reload gives new ones.
///
/// A reload of NGINX without a `state` file forgets orders: then the node is reported as not disabled, never as drained.
public actor NginxPlusLoadBalancer: LoadBalancerDriver {
  /// `nginx-plus`.
  public static let name = "nginx-plus"
  /// `url` is what stands before `/api`; `upstreams` the groups with the nodes' servers; `apiVersion` 9 by default;
  /// `user` and `passwordFile` for basic authentication; `tls` has `caFile` and `insecure`; `timeout` is the seconds to
  /// wait for NGINX's own checks, 60 by default.
  public static let keys = NginxPlusSettings.keys

  private let settings: NginxPlusSettings
  private let surroundings: Surroundings
  /// One for each node: what waits for one node's check must not hold up another node's drain.
  private var queues: [String: SerialQueue] = [:]
  private var login: HTTPQuestion.Login?
  private var quietLooks: [String: Int] = [:]

  /// An NGINX Plus; nothing is asked yet.
  public init(_ settings: SettingReader, in surroundings: Surroundings) throws(Failure) {
    self.settings = try NginxPlusSettings(settings)
    self.surroundings = surroundings
  }

  /// Three: a request may be on its way between two counts.
  public nonisolated var pollsUntilDrained: Int { 3 }

  /// Drains the node's servers in all listed upstreams; returns when NGINX was seen to have them so.
  public func disable(_ node: Node) async throws {
    try await queue(of: node).run {
      try await self.change(node, .drain, back: .up) { $0.isOut }
      await self.beginLooking(at: node)
    }
  }

  /// Counts the connections in use over all the node's servers.
  public func isDrained(_ node: Node) async throws -> DrainState {
    try await queue(of: node).run { try await self.count(node) }
  }

  /// Makes the node's servers up; returns when NGINX has them so, with a passed check where it checks.
  public func enable(_ node: Node) async throws {
    try await queue(of: node).run {
      try await self.change(node, .up, back: .drain) { !$0.isOut && $0.state == "up" }
      await self.beginLooking(at: node)
    }
  }

  /// What NGINX says.
  public func standing(of node: Node) async throws -> Standing {
    Standing.together(try await look(node, by: api()).map(\.standing))
  }

  /// The same of many, by one look.
  public func standings(of nodes: [Node]) async -> [Result<Standing, Failure>] {
    do {
      let peers = try await api().peers()
      return nodes.map { node in
        Result { () throws(Failure) in Standing.together(try Self.peers(of: node, in: peers).map(\.standing)) }
      }
    } catch {
      let failure = Failure.from(error, as: .balancer)
      return nodes.map { _ in .failure(failure) }
    }
  }

  private func beginLooking(at node: Node) { quietLooks[node.name] = nil }

  private func change(
    _ node: Node, _ order: NginxPlusAPI.Order, back: NginxPlusAPI.Order, until isDone: (NginxPlusPeer) -> Bool
  ) async throws {
    let api = try await api()
    var changed: [NginxPlusPeer] = []
    do {
      for peer in try await look(node, by: api) where peer.isOut != (order == .drain) {
        changed.append(peer)
        try await api.order(order, peer)
      }
      try await wait(node, api, order, until: isDone)
    } catch {
      try await takeBack(changed.reversed(), node, api, back, after: error)
      throw error
    }
  }

  private func wait(
    _ node: Node, _ api: NginxPlusAPI, _ order: NginxPlusAPI.Order, until isDone: (NginxPlusPeer) -> Bool
  ) async throws {
    var last: NginxPlusPeer?
    let limit = order == .up ? settings.timeout : min(settings.timeout, .seconds(5))
    let done = try await Polling.value(within: limit, by: surroundings.clock) { () -> Bool? in
      last = try await look(node, by: api).first { !isDone($0) }
      return last == nil ? true : nil
    }
    guard done == nil, let last else { return }
    throw Failure(
      .balancer,
      "nginx-plus: \(last.server) of upstream '\(last.upstream)' is \(last.state), still after \(limit.inSeconds)",
      exitCode: 124, remedy: order == .up ? "see why NGINX's health check of it does not pass" : nil)
  }

  /// Puts back what was changed, also when the task was cancelled; a server that went down before is drained again only,
  /// which is enough for it to get nothing.
  private func takeBack(
    _ peers: [NginxPlusPeer], _ node: Node, _ api: NginxPlusAPI, _ order: NginxPlusAPI.Order, after error: any Error
  ) async throws {
    guard !peers.isEmpty else { return }
    do {
      try await Task {
        let addresses = Set(peers.map { "\($0.upstream)/\($0.server)" })
        for peer in try await look(node, by: api) where addresses.contains("\(peer.upstream)/\(peer.server)") {
          if peer.isOut != (order == .drain) { try await api.order(order, peer) }
        }
      }.value
    } catch let second {
      let (first, second) = (Failure.from(error, as: .balancer), Failure.from(second, as: .balancer))
      throw Failure(
        .balancer, "\(first.message); then it was not put back: \(second.message)", exitCode: first.exitCode,
        evidence: first.evidence + second.evidence, remedy: "see in NGINX's API how \(node.name)'s servers stand")
    }
  }

  private func count(_ node: Node) async throws -> DrainState {
    let api = try await api()
    var peers = try await look(node, by: api)
    if let peer = peers.first(where: { !$0.isOut }) {
      throw Failure(
        .balancer, "nginx-plus: \(peer.server) of upstream '\(peer.upstream)' is \(peer.state), not disabled")
    }
    if let state = Self.draining(peers) {
      quietLooks[node.name] = nil
      return state
    }
    if peers.allSatisfy(\.isDown) { return .drained }
    let looks = (quietLooks[node.name] ?? 0) + 1
    quietLooks[node.name] = looks
    guard looks >= pollsUntilDrained else { return .drained }
    for peer in peers where !peer.isDown { try await api.order(.down, peer) }
    peers = try await look(node, by: api)
    // One that came while the last order was given is served to its end.
    if let state = Self.draining(peers) { return state }
    guard let peer = peers.first(where: { !$0.isDown }) else { return .drained }
    throw Failure(.balancer, "nginx-plus: \(peer.server) of upstream '\(peer.upstream)' is \(peer.state), not down")
  }

  private static func draining(_ peers: [NginxPlusPeer]) -> DrainState? {
    let count = peers.reduce(0) { $0 + $1.active }
    guard count > 0 else { return nil }
    return .draining(inFlight: count, count == 1 ? "1 connection is in use" : "\(count) connections are in use")
  }

  private func queue(of node: Node) -> SerialQueue {
    let queue = queues[node.name] ?? SerialQueue()
    queues[node.name] = queue
    return queue
  }

  /// The node's servers; there is at least one.
  private func look(_ node: Node, by api: NginxPlusAPI) async throws -> [NginxPlusPeer] {
    try Self.peers(of: node, in: try await api.peers())
  }

  private static func peers(of node: Node, in peers: [NginxPlusPeer]) throws(Failure) -> [NginxPlusPeer] {
    if let text = node.loadBalancerServer {
      let found = peers.filter { $0.isMeant(by: text) }
      guard found.isEmpty else { return found }
    }
    let there = peers.map { "\($0.server) (\($0.upstream))" }.joined(separator: ", ")
    let list = there.isEmpty ? "there is none" : "there are \(there)"
    let remedy = "set the node's loadBalancerServer to its address in the upstream"
    guard let text = node.loadBalancerServer else {
      throw Failure(.balancer, "nginx-plus: the node has no loadBalancerServer; \(list)", remedy: remedy)
    }
    let hint = NearMatch.hint(for: text, among: peers.map(\.server))
    throw Failure(.balancer, "nginx-plus: no server '\(text)'; \(list)\(hint)", remedy: remedy)
  }

  private func api() async throws -> NginxPlusAPI {
    if login == nil, let user = settings.user, let file = settings.passwordFile {
      login = HTTPQuestion.Login(user: user, password: try await password(in: file))
    }
    return NginxPlusAPI(settings: settings, http: surroundings.http, login: login)
  }

  private func password(in file: String) async throws -> Secret {
    let shell = BalancerShell(handler: surroundings.local, node: "localhost")
    let answer = try await shell.run(#"cat -- "$1""#, [file], timeout: .seconds(10))
    guard case .code(0) = answer.exit, let line = answer.text.split(whereSeparator: \.isNewline).first else {
      throw Failure(.balancer, "nginx-plus: \(file) holds no password, or cannot be read")
    }
    return Secret(String(line))
  }
}
