/// Lets a node be taken out only while its groups keep their floors, by what is really up at that moment.
actor CapacityGuard {
  private enum Request: Sendable {
    case takeOut(Node), confirm(Node)

    var node: Node {
      switch self {
      case .takeOut(let node), .confirm(let node): node
      }
    }
  }

  private let plan: Plan
  private let watch: (any AvailabilityWatch)?
  private let turns = Turns<Request, Void>()
  /// The nodes that this run has taken out and not seen back.
  private(set) var outOfService: Set<String>

  /// How many wait for the next look.
  var waiting: Int { turns.waiting }

  /// A guard of the groups of `plan`; without a `watch` every node that was not taken out counts as serving.
  init(_ plan: Plan, watch: (any AvailabilityWatch)?, outOfService: Set<String> = []) {
    self.plan = plan
    self.outOfService = outOfService
    self.watch = watch
  }

  /// Reserves the place of `node`, which is about to be taken out. One after another, so that two cannot count on each
  /// other; but those that ask at the same time go by one look, which begins behind the last one's question.
  ///
  /// - Throws: `Failure` of kind `.refused` when a group of it would fall below its floor; nothing has changed then.
  func takeOut(_ node: Node) async throws {
    guard !outOfService.contains(node.name) else { return }
    try await decide(.takeOut(node))
  }

  /// Checks again that the others still serve while `node` is out.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  func confirm(_ node: Node) async throws { try await decide(.confirm(node)) }

  /// `node` serves again.
  func putBack(_ node: Node) { outOfService.remove(node.name) }

  private func decide(_ request: Request) async throws {
    try await turns.answer(to: request) { await self.decide($0) }
  }

  /// Looks once at all that `requests` rest on, and then decides one after another.
  private func decide(_ requests: [Request]) async -> [Result<Void, any Error>] {
    let obstacles = await obstacles(before: requests)
    // From here on nothing waits, so each sees what was reserved for those before it.
    return requests.map { request in
      Result {
        guard case .takeOut(let node) = request else { return try check(request.node, obstacles) }
        guard !outOfService.contains(node.name) else { return }
        // Who is known not to serve takes nothing away.
        if obstacles[node.name]?.isCertain != true { try check(node, obstacles) }
        outOfService.insert(node.name)
      }
    }
  }

  private func check(_ node: Node, _ obstacles: [String: Obstacle]) throws {
    let companions = plan.companions(of: node)
    for group in node.groups {
      let others = companions.filter { $0.groups.contains(group) }
      let missing = others.compactMap { other -> String? in
        let obstacle = outOfService.contains(other.name) ? Self.out : obstacles[other.name]
        return obstacle.map { "\(other.name): \($0.reason)" }
      }
      let left = others.count - missing.count
      let floor = plan.floor(of: group)
      guard left < floor else { continue }
      throw Failure(
        .refused,
        "without \(node.name), \(left) of \(others.count + 1) nodes would serve '\(group)', and \(floor) must"
          + (missing.isEmpty ? "" : " (\(missing.joined(separator: "; ")))"),
        remedy: "bring the other nodes back first, or accept the interruption with --accept_downtime "
          + ShellQuoting.quote(group))
    }
  }

  private static let out = Obstacle("it is out of service")

  /// What stands in the way of the nodes of `requests` and of their companions, each looked at once. One that is out when
  /// the look begins counts as out for these requests, though it be put back meanwhile: nobody has looked at it.
  private func obstacles(before requests: [Request]) async -> [String: Obstacle] {
    var found = Dictionary(outOfService.map { ($0, Self.out) }) { first, _ in first }
    guard let watch else { return found }
    var seen = outOfService
    let wanted = requests.flatMap { request -> [Node] in
      let companions = plan.companions(of: request.node)
      if case .takeOut(let node) = request { return [node] + companions }
      return companions
    }
    let nodes = wanted.filter { seen.insert($0.name).inserted }
    for (node, obstacle) in zip(nodes, await watch.obstacles(of: nodes)) { found[node.name] = obstacle }
    return found
  }
}
