import Upgrade

/// The driver `haproxy`: orders over the runtime API, on every process of every HAProxy that is listed.
///
/// A server is first drained (HAProxy goes on checking it, and still sends what a cookie binds to it) and, when nothing
/// was in flight for several looks, put into maintenance, so that nothing comes any more. `isDrained` takes that second
/// step, as only who counts knows when it cuts nobody off; it counts once more behind it.
///
/// What comes back from maintenance counts as up before anybody asked it, so it is first drained again until a check has
/// passed, and made ready then. Agent checks are off meanwhile, since an agent could put the server back; a driver made
/// anew turns an agent on that it finds off beside a server that is out.
///
/// A reload of HAProxy forgets all orders. When the process is seen to be another one they are given again, and that is
/// noted; what comes in between two looks may reach the node. What an old process still serves after a reload is counted
/// by nobody: do not reload HAProxy during an upgrade.
public actor HAProxyLoadBalancer: LoadBalancerDriver {
  /// `haproxy`.
  public static let name = "haproxy"
  /// `socket` is where the runtime API listens, or a list of that; `backends` limits where servers are looked for;
  /// `timeout` is the seconds to wait for HAProxy's own checks, 60 by default; `ssh` where it is on another host.
  public static let keys = HAProxySettings.keys

  private struct Memory {
    let process: HAProxySnapshot.Process
    let isAgentToBeOn: Bool
    let isInMaintenance: Bool
  }

  private let settings: HAProxySettings
  private let surroundings: Surroundings
  private let runtimes: [HAProxyRuntime]
  /// One for each node: what waits for one node's check must not hold up another node's drain.
  private var queues: [String: SerialQueue] = [:]
  private let looks: HAProxyLooks
  /// What was ordered for a node.
  private var memories: [String: [HAProxyFound.Place: Memory]] = [:]
  /// How often in a row nothing was in flight.
  private var quietLooks: [String: Int] = [:]

  /// An HAProxy; nothing is asked yet.
  public init(_ settings: SettingReader, in surroundings: Surroundings) throws(Failure) {
    let own = try HAProxySettings(settings)
    let exchange: any SocketExchange =
      if settings.has("ssh") {
        ShellSocketExchange(shell: try RemoteKeys.shell(for: settings, in: surroundings))
      } else {
        surroundings.sockets
      }
    self.settings = own
    self.surroundings = surroundings
    runtimes = own.sockets.map {
      HAProxyRuntime(endpoint: $0, exchange: exchange, timeout: min(own.timeout, .seconds(10)))
    }
    looks = HAProxyLooks(runtimes)
  }

  /// Three: a request may be on its way between two counts.
  public nonisolated var pollsUntilDrained: Int { 3 }

  /// Drains the node's servers; returns when all processes were seen to have them so.
  public func disable(_ node: Node) async throws {
    try await queue(of: node).run { try await self.takeOut(node) }
  }

  /// Counts sessions and waiting requests over all servers and processes.
  public func isDrained(_ node: Node) async throws -> DrainState {
    try await queue(of: node).run { try await self.count(node) }
  }

  /// Makes the node's servers ready; returns when HAProxy has them up, with a passed check where it checks.
  public func enable(_ node: Node) async throws {
    try await queue(of: node).run { try await self.putIn(node) }
  }

  /// What HAProxy says; orders that a reload made it forget are given again before.
  public func standing(of node: Node) async throws -> Standing {
    try await queue(of: node).run { try await self.remembered(node).standing }
  }

  /// The same of many, by one look; but a node for which orders were given is looked at by itself, as HAProxy may have
  /// forgotten them.
  public func standings(of nodes: [Node]) async -> [Result<Standing, Failure>] {
    var answers: [String: Result<Standing, Failure>] = [:]
    for node in nodes where memories[node.name] != nil { answers[node.name] = await answer(about: node) }
    do {
      let snapshots = try await looks.snapshots()
      return nodes.map { node in
        answers[node.name]
          ?? Result { () throws(Failure) in try HAProxyFound(node, in: snapshots, of: settings).standing }
      }
    } catch {
      let failure = Failure.from(error, as: .balancer)
      return nodes.map { answers[$0.name] ?? .failure(failure) }
    }
  }

  private func takeOut(_ node: Node) async throws {
    let found = try await look(node)
    var change = HAProxyChange(runtimes)
    let seen: HAProxyFound
    do {
      for entry in found.entries {
        if entry.server.isAgentOn {
          try await change.give(.agent(isOn: false), to: entry.place, inverse: .agent(isOn: true))
        }
        if !entry.server.isOut { try await change.give(.state(.drain), to: entry.place, inverse: .state(.ready)) }
      }
      seen = try await look(node)
      if let entry = seen.serving.first {
        throw Failure(.balancer, "haproxy: \(entry.place.name) still has status \(entry.server.status)")
      }
    } catch {
      try await change.takeBack(after: error)
      throw error
    }
    let agents = Set(found.entries.filter(\.server.isAgentOn).map(\.place))
    let isFirst = memories[node.name] == nil
    remember(seen, node) { place, earlier in
      agents.contains(place) || (earlier?.isAgentToBeOn ?? isFirst && found.wasOut(place))
    }
    quietLooks[node.name] = 0
  }

  private func count(_ node: Node) async throws -> DrainState {
    var found = try await remembered(node)
    if let entry = found.serving.first { throw Failure(.balancer, "haproxy: \(entry.place.name) is not disabled") }
    if let busy = found.inFlight {
      quietLooks[node.name] = 0
      return .draining(inFlight: busy.count, busy.text)
    }
    if found.entries.allSatisfy(\.server.isInMaintenance) { return .drained }
    let looks = (quietLooks[node.name] ?? 0) + 1
    quietLooks[node.name] = looks
    guard looks >= pollsUntilDrained else { return .drained }
    for entry in found.entries where !entry.server.isInMaintenance {
      try await runtimes[entry.place.socket].order("set server \(entry.place.name) state maint")
    }
    found = try await look(node)
    remember(found, node) { _, earlier in earlier?.isAgentToBeOn ?? true }
    // One that came while the last order was given is served to its end.
    if let busy = found.inFlight { return .draining(inFlight: busy.count, busy.text) }
    guard let entry = found.entries.first(where: { !$0.server.isInMaintenance }) else { return .drained }
    throw Failure(.balancer, "haproxy: \(entry.place.name) has status \(entry.server.status), not MAINT")
  }

  private func putIn(_ node: Node) async throws {
    let found = try await look(node)
    let memory = memories[node.name]
    var change = HAProxyChange(runtimes)
    do {
      let resting = Set(found.entries.filter(\.server.isOwnMaintenance).map(\.place))
      for place in resting { try await change.give(.state(.drain), to: place, inverse: .state(.maint)) }
      if !resting.isEmpty {
        // Where one failure is enough to be down, full health tells nothing: a server begins with it.
        for entry in try await look(node).entries where resting.contains(entry.place) && entry.server.health?.fall == 1
        {
          try await change.give(.healthDown, to: entry.place, inverse: nil)
        }
      }
      try await wait(node) { $0.entries.first { resting.contains($0.place) && !$0.server.isProven } }
      for entry in found.entries {
        let inverse = HAProxyChange.Order.state(entry.server.isOwnMaintenance ? .maint : .drain)
        if entry.server.isOut { try await change.give(.state(.ready), to: entry.place, inverse: inverse) }
        let isMeant = memory.map { $0[entry.place]?.isAgentToBeOn ?? false } ?? entry.server.isOut
        if entry.server.hasAgent, !entry.server.isAgentOn, isMeant {
          try await change.give(.agent(isOn: true), to: entry.place, inverse: .agent(isOn: false))
        }
      }
      try await wait(node) { $0.entries.first { $0.server.isOut || !$0.server.isUp } }
    } catch {
      try await change.takeBack(after: error)
      throw error
    }
    memories[node.name] = nil
    quietLooks[node.name] = nil
  }

  /// Waits until no server is `behind` any more.
  private func wait(_ node: Node, _ behind: (HAProxyFound) -> HAProxyFound.Entry?) async throws {
    var last: HAProxyFound.Entry?
    let done = try await Polling.value(within: settings.timeout, by: surroundings.clock) { () -> Bool? in
      last = behind(try await look(node))
      return last == nil ? true : nil
    }
    guard done == nil, let last else { return }
    let check = last.server.check.isEmpty ? "" : " (check: \(last.server.check))"
    throw Failure(
      .balancer,
      "haproxy: \(last.place.name) has status \(last.server.status)\(check), still after \(settings.timeout.inSeconds)",
      exitCode: 124, remedy: "see why haproxy's check of it does not pass")
  }

  /// How the node stands, after orders that a reload made HAProxy forget were given again.
  private func remembered(_ node: Node) async throws -> HAProxyFound {
    let found = try await look(node)
    guard let memory = memories[node.name] else { return found }
    let forgotten = found.serving.filter { entry in
      memory[entry.place].map { $0.process != entry.process } ?? false
    }
    guard !forgotten.isEmpty else { return found }
    for entry in forgotten {
      let place = entry.place
      if entry.server.isAgentOn { try await runtimes[place.socket].order("disable agent \(place.name)") }
      let state: HAProxyChange.State = memory[place]?.isInMaintenance == true ? .maint : .drain
      try await runtimes[place.socket].order("set server \(place.name) state \(state.rawValue)")
      await note(
        node,
        "haproxy at \(settings.sockets[place.socket]) was reloaded and had forgotten that \(place.name) is out; "
          + "it was taken out again. What the process from before still serves is not counted.")
    }
    let seen = try await look(node)
    remember(seen, node) { _, earlier in earlier?.isAgentToBeOn ?? false }
    quietLooks[node.name] = 0
    return seen
  }

  private func remember(
    _ found: HAProxyFound, _ node: Node, isAgentToBeOn: (HAProxyFound.Place, Memory?) -> Bool
  ) {
    var memory: [HAProxyFound.Place: Memory] = [:]
    for entry in found.entries {
      memory[entry.place] = Memory(
        process: entry.process, isAgentToBeOn: isAgentToBeOn(entry.place, memories[node.name]?[entry.place]),
        isInMaintenance: entry.server.isInMaintenance)
    }
    memories[node.name] = memory
  }

  private func queue(of node: Node) -> SerialQueue {
    let queue = queues[node.name] ?? SerialQueue()
    queues[node.name] = queue
    return queue
  }

  private func look(_ node: Node) async throws -> HAProxyFound {
    try HAProxyFound(node, in: try await looks.snapshots(), of: settings)
  }

  private func note(_ node: Node, _ text: String) async {
    await surroundings.output(node, CommandOutput(.standardError, Array("\(text)\n".utf8)))
  }
}
