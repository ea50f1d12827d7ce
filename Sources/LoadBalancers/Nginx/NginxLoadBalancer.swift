import Upgrade

/// The driver `nginx`: marks a node's `server` lines `down` in include files that the operator gave us, and reloads.
///
/// nginx has no interface to ask, but its processes tell: a reload was taken over when new workers serve and the old ones
/// take nothing new, and the node is drained when every worker from before the reload is gone, since only those still
/// have requests for it. Not covered: a `server` line that a variable or another file gives.
public actor NginxLoadBalancer: LoadBalancerDriver {
  /// `nginx`.
  public static let name = "nginx"
  /// Its settings: the include files, the pid file, how nginx is called, and `ssh` where it is on another host.
  public static let keys = NginxSettings.keys

  private let host: NginxHost
  private let surroundings: Surroundings
  private let reloadTimeout: Duration
  private let changes = Turns<NginxChange, Void>()
  /// The workers from right before the reload that disabled a node.
  private var old: [String: Set<NginxProcesses.Identity>] = [:]
  /// What each include file held when nginx was last seen to read it.
  private var loaded: [String: [UInt8]] = [:]

  /// An nginx whose reload may take 10 s.
  public init(_ settings: SettingReader, in surroundings: Surroundings) throws(Failure) {
    try self.init(settings, in: surroundings, reloadTimeout: .seconds(10))
  }

  /// An nginx whose reload may take `reloadTimeout`.
  ///
  /// - Throws: `Failure` of kind `.refused` that names the file and the key's path.
  public init(
    _ settings: SettingReader, in surroundings: Surroundings, reloadTimeout: Duration
  ) throws(Failure) {
    host = NginxHost(
      shell: try RemoteKeys.shell(for: settings, in: surroundings), settings: try NginxSettings(settings),
      clock: surroundings.clock)
    self.surroundings = surroundings
    self.reloadTimeout = reloadTimeout
  }

  /// Marks the node's lines `down` and returns when no worker sends it anything new; see `LoadBalancer`. What is to be
  /// changed for several nodes at the same time takes one reload.
  public func disable(_ node: Node) async throws { try await change(NginxChange(node: node, isDown: true)) }

  /// Takes the `down` away and returns when workers that know it serve; see `LoadBalancer`.
  public func enable(_ node: Node) async throws { try await change(NginxChange(node: node, isDown: false)) }

  /// Whether all workers from before the reload that disabled the node are gone.
  ///
  /// A driver made after that reload does not know them; then no worker of this nginx may be finishing old requests.
  public func isDrained(_ node: Node) async throws -> DrainState {
    let old = old[node.name]
    let look = try await host.look(for: old ?? [])
    guard try NginxFound(node, in: look.includes).isDown else {
      throw Failure(.balancer, "nginx: the node is not disabled")
    }
    let left: Int
    if old != nil {
      left = look.alive.count
    } else if let processes = try await host.processes() {
      left = processes.ending.count
    } else {
      throw Failure(.balancer, "nginx: master is dead, so nobody knows who still serves")
    }
    guard left > 0 else { return .drained }
    let what = left == 1 ? "1 old worker process still serves" : "\(left) old worker processes still serve"
    return .draining(inFlight: nil, what)
  }

  /// What the include files say; `.down` when the node is enabled there and nginx does not run.
  public func standing(of node: Node) async throws -> Standing { try await standing(of: node, by: host.look()) }

  /// The same of many, by one look.
  public func standings(of nodes: [Node]) async -> [Result<Standing, Failure>] {
    do {
      let look = try await host.look()
      return nodes.map { node in Result { () throws(Failure) in try standing(of: node, by: look) } }
    } catch {
      let failure = Failure.from(error, as: .balancer)
      return nodes.map { _ in .failure(failure) }
    }
  }

  private func standing(of node: Node, by look: NginxHost.Look) throws(Failure) -> Standing {
    if try NginxFound(node, in: look.includes).isDown { return .disabled }
    return look.isMasterAlive ? .enabled : .down
  }

  private func change(_ change: NginxChange) async throws {
    try await changes.answer(to: change) { await self.make($0) }
  }

  /// Makes `changes` together; where that fails each is made by itself, so that none fails for another's sake.
  private func make(_ changes: [NginxChange]) async -> [Result<Void, any Error>] {
    if changes.count > 1, Set(changes.map(\.node.name)).count == changes.count {
      do {
        try await set(changes)
        return changes.map { _ in .success(()) }
      } catch is CancellationError {
        return changes.map { _ in .failure(CancellationError()) }
      } catch {}
    }
    var outcomes: [Result<Void, any Error>] = []
    for change in changes {
      do {
        try await set([change])
        outcomes.append(.success(()))
      } catch {
        outcomes.append(.failure(error))
      }
    }
    return outcomes
  }

  /// Brings the files and nginx to the wanted state, and remembers the workers from before the reload, where one was needed.
  private func set(_ changes: [NginxChange]) async throws {
    try Task.checkCancellation()
    let look = try await host.look()
    var includes = look.includes
    var changed: [NginxChange] = []
    for change in changes {
      let new = try NginxFound(change.node, in: includes).setting(isDown: change.isDown)
      if zip(includes, new).contains(where: { $0.list.text != $1.list.text }) { changed.append(change) }
      includes = new
    }
    guard look.isMasterAlive else {
      throw Failure(.balancer, "nginx: master is dead", remedy: "start nginx, then run again")
    }
    if changed.count < changes.count, try await !areLoaded(look.includes) { changed = changes }
    if !changed.isEmpty {
      let edits = zip(look.includes, includes).filter { $0.list.text != $1.list.text }.map {
        NginxEdit(path: $0.path, old: $0.list.text, new: $1.list.text)
      }
      for include in includes { loaded[include.path] = nil }
      let reload = NginxReload(host: host, clock: surroundings.clock, limit: reloadTimeout)
      let before = try await reload.apply(edits) { [changed, surroundings] piece in
        for change in changed { await surroundings.output(change.node, piece) }
      }
      for include in includes { loaded[include.path] = include.list.text }
      for change in changed where change.isDown { old[change.node.name] = before }
    }
    for change in changes where !change.isDown { old[change.node.name] = nil }
  }

  /// Whether nginx is known to have read the files as they are now; if not, the driver was ended between write and reload.
  private func areLoaded(_ includes: [NginxHost.Include]) async throws -> Bool {
    let open = includes.filter { loaded[$0.path] != $0.list.text }
    guard !open.isEmpty else { return true }
    guard let processes = try await host.processes(isTimed: true) else {
      throw Failure(.balancer, "nginx: master is dead", remedy: "start nginx, then run again")
    }
    return open.allSatisfy { processes.areNewer(than: $0.changed) }
  }
}

/// A node that shall get requests, or none.
private struct NginxChange: Sendable {
  let node: Node
  let isDown: Bool
}
