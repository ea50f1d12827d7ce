/// Lets a node be taken out only while its groups keep their floors, by what is really up at that moment.
actor CapacityGuard {
  private let plan: Plan
  private let watch: (any AvailabilityWatch)?
  private let turns = SerialQueue()
  /// The nodes that this run has taken out and not seen back.
  private(set) var outOfService: Set<String>

  /// A guard of the groups of `plan`; without a `watch` every node that was not taken out counts as serving.
  init(_ plan: Plan, watch: (any AvailabilityWatch)?, outOfService: Set<String> = []) {
    self.plan = plan
    self.outOfService = outOfService
    self.watch = watch
  }

  /// Reserves the place of `node`, which is about to be taken out. One at a time, so that two cannot count on each other.
  ///
  /// - Throws: `Failure` of kind `.refused` when a group of it would fall below its floor; nothing has changed then.
  func takeOut(_ node: Node) async throws {
    try await turns.run {
      guard await !self.outOfService.contains(node.name) else { return }
      // Who is known not to serve takes nothing away.
      if await self.watch?.obstacle(of: node)?.isCertain != true { try await self.check(node) }
      await self.reserve(node)
    }
  }

  /// Checks again that the others still serve while `node` is out.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  func confirm(_ node: Node) async throws {
    try await turns.run { try await self.check(node) }
  }

  /// `node` serves again.
  func putBack(_ node: Node) { outOfService.remove(node.name) }

  private func reserve(_ node: Node) { outOfService.insert(node.name) }

  private func check(_ node: Node) async throws {
    let obstacles = await obstacles(of: plan.companions(of: node))
    for group in node.groups {
      let others = plan.companions(of: node).filter { $0.groups.contains(group) }
      let missing = others.filter { obstacles[$0.name] != nil }
      let left = others.count - missing.count
      let floor = plan.floor(of: group)
      guard left < floor else { continue }
      let why = missing.map { "\($0.name): \(obstacles[$0.name] ?? "")" }
      throw Failure(
        .refused,
        "without \(node.name), \(left) of \(others.count + 1) nodes would serve '\(group)', and \(floor) must"
          + (why.isEmpty ? "" : " (\(why.joined(separator: "; ")))"),
        remedy: "bring the other nodes back first, or accept the interruption with --accept_downtime "
          + ShellQuoting.quote(group))
    }
  }

  private func obstacles(of nodes: [Node]) async -> [String: String] {
    let found = await nodes.concurrentMap { [watch, outOfService] node in
      outOfService.contains(node.name) ? "it is out of service" : await watch?.obstacle(of: node)?.reason
    }
    return Dictionary(zip(nodes.map(\.name), found).compactMap { name, reason in reason.map { (name, $0) } }) { $1 }
  }
}
