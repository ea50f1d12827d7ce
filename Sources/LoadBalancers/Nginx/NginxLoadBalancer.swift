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
  private let changes = SerialQueue()
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
      shell: try RemoteKeys.shell(for: settings, in: surroundings), settings: try NginxSettings(settings))
    self.surroundings = surroundings
    self.reloadTimeout = reloadTimeout
  }

  /// Marks the node's lines `down` and returns when no worker sends it anything new; see `LoadBalancer`.
  public func disable(_ node: Node) async throws {
    try await changes.run {
      guard let before = try await self.set(node, isDown: true) else { return }
      await self.remember(before, for: node)
    }
  }

  /// Takes the `down` away and returns when workers that know it serve; see `LoadBalancer`.
  public func enable(_ node: Node) async throws {
    try await changes.run {
      _ = try await self.set(node, isDown: false)
      await self.remember(nil, for: node)
    }
  }

  /// Whether all workers from before the reload that disabled the node are gone.
  ///
  /// A driver made after that reload does not know them; then no worker of this nginx may be finishing old requests.
  public func isDrained(_ node: Node) async throws -> DrainState {
    guard try await found(node).isDown else { throw Failure(.balancer, "nginx: the node is not disabled") }
    let left: Int
    if let old = old[node.name] {
      left = try await host.alive(old).count
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
  public func standing(of node: Node) async throws -> Standing {
    if try await found(node).isDown { return .disabled }
    return try await host.processes() == nil ? .down : .enabled
  }

  /// Brings the files and nginx to the wanted state; the workers from before the reload, or nil where none was needed.
  private func set(_ node: Node, isDown: Bool) async throws -> Set<NginxProcesses.Identity>? {
    let found = try await found(node)
    guard let processes = try await host.processes() else {
      throw Failure(.balancer, "nginx: master is dead", remedy: "start nginx, then run again")
    }
    let edits = found.edits(isDown: isDown)
    if edits.isEmpty, found.includes.allSatisfy({ isLoaded($0, by: processes) }) { return nil }
    for include in found.includes { loaded[include.path] = nil }
    let reload = NginxReload(host: host, clock: surroundings.clock, limit: reloadTimeout)
    let before = try await reload.apply(edits) { [surroundings] in await surroundings.output(node, $0) }
    for include in found.includes { loaded[include.path] = include.list.text }
    for edit in edits { loaded[edit.path] = edit.new }
    return before
  }

  /// Whether nginx is known to have read the file as it is now; if not, the driver was ended between write and reload.
  private func isLoaded(_ include: NginxHost.Include, by processes: NginxProcesses) -> Bool {
    loaded[include.path] == include.list.text || processes.areNewer(than: include.changed)
  }

  private func remember(_ before: Set<NginxProcesses.Identity>?, for node: Node) { old[node.name] = before }

  /// The include files, and the node's name in them.
  private func found(_ node: Node) async throws -> NginxFound {
    try NginxFound(node, in: try await host.includes())
  }
}
