import FoundationEssentials
import Upgrade

/// The ports of a gateway: those that were configured, which outlive a restart, and those that listen now.
actor PortRegistry {
  /// What is kept in the gateway's own folder.
  private struct Configuration: Codable, Sendable {
    var ports: [GatewayPort] = []
    var quiescePortAlias: String?
  }

  private let options: APIGatewayOptions
  private let open: @Sendable (Int) -> HTTPListener
  private var configuration: Configuration
  private var listeners: [Int: HTTPListener] = [:]

  private var file: SharedFile<Configuration> {
    SharedFile(path: "\(options.home)/ports.json", initial: Configuration())
  }

  /// The ports of the gateway, none of which listens yet; `open` makes the listener of one.
  init(_ options: APIGatewayOptions, open: @escaping @Sendable (Int) -> HTTPListener) {
    self.options = options
    self.open = open
    configuration = SharedFile(path: "\(options.home)/ports.json", initial: Configuration()).read()
    if !configuration.ports.contains(where: { $0.port == options.port }) {
      configuration.ports.insert(
        GatewayPort(port: options.port, alias: "DefaultPrimary", description: "The main port", isEnabled: true), at: 0)
    }
  }

  /// Lets the enabled ports listen; when the server starts quiesced, only the one for that.
  ///
  /// - Throws: `Failure` where the main port cannot; another one that cannot is disabled.
  func start(isQuiesced: Bool) async throws {
    for port in configuration.ports where port.isEnabled {
      if isQuiesced && port.alias != configuration.quiescePortAlias { continue }
      if port.port == options.port {
        try await listen(port.port)
      } else if (try? await listen(port.port)) == nil {
        try change(port.key) { $0.isEnabled = false }
      }
    }
  }

  /// All ports, the main one among them, each with whether it listens.
  var all: [(GatewayPort, Bool)] { configuration.ports.map { ($0, listeners[$0.port] != nil) } }

  /// The port with this key.
  func find(_ key: String) -> (GatewayPort, Bool)? { all.first { $0.0.key == key } }

  /// The port that stays open when all is quiesced; nil when none is set, or it is not usable.
  var quiescePort: Int? {
    configuration.ports.first { port in
      port.alias == configuration.quiescePortAlias && port.port != options.port && listeners[port.port] != nil
    }?.port
  }

  /// Adds a port, which does not listen yet.
  ///
  /// - Throws: `Failure` of kind `.refused` where its number or alias is taken.
  func create(_ port: GatewayPort) throws(Failure) {
    guard find(port.key) == nil else { throw Failure(.refused, "Port \(port.port) exists already.") }
    guard !configuration.ports.contains(where: { $0.alias == port.alias }) else {
      throw Failure(.refused, "The port alias \(port.alias) is in use.")
    }
    configuration.ports.append(port)
    try write()
  }

  /// Changes alias and description.
  func update(_ key: String, alias: String?, description: String?) throws(Failure) {
    let isTaken = configuration.ports.contains { $0.alias == alias && $0.key != key }
    guard !isTaken else { throw Failure(.refused, "The port alias \(alias ?? "") is in use.") }
    try change(key) { port in
      if let alias { port.alias = alias }
      if let description { port.description = description }
    }
  }

  /// Lets it listen.
  ///
  /// - Throws: `Failure` of kind `.refused` when there is none, `.io` when it cannot.
  func enable(_ key: String) async throws {
    guard let (port, isListening) = find(key) else { throw Failure(.refused, "There is no port \(key).") }
    if !isListening { try await listen(port.port) }
    try change(key) { $0.isEnabled = true }
  }

  /// Closes and forgets it.
  func remove(_ key: String) async throws {
    guard let (port, _) = find(key) else { throw Failure(.refused, "There is no port \(key).") }
    guard port.port != options.port else { throw Failure(.refused, "The main port cannot be removed.") }
    configuration.ports.removeAll { $0.key == key }
    try write()
    // Not waited for: the request to remove it may have come over it.
    if let listener = listeners.removeValue(forKey: port.port) { Task { await listener.stop(within: .seconds(5)) } }
  }

  /// Makes the port with this alias the one for quiescing.
  func setQuiescePort(_ alias: String) throws(Failure) {
    guard configuration.ports.contains(where: { $0.alias == alias }) else {
      throw Failure(.refused, "There is no port with the alias \(alias).")
    }
    configuration.quiescePortAlias = alias
    try write()
  }

  /// Closes all other ports; returns when what was in flight there is answered, or cut off.
  func closeAllButQuiescePort(within limit: Duration) async {
    let kept = quiescePort
    await close(listeners.keys.filter { $0 != kept }, within: limit)
  }

  /// Closes all ports.
  func closeAll(within limit: Duration) async { await close(Array(listeners.keys), within: limit) }

  /// Lets all enabled ports listen again.
  func reopen() async throws {
    for port in configuration.ports where port.isEnabled && listeners[port.port] == nil { try await listen(port.port) }
  }

  private func close(_ ports: [Int], within limit: Duration) async {
    let closing = ports.compactMap { listeners.removeValue(forKey: $0) }
    await withTaskGroup(of: Void.self) { group in
      for listener in closing { group.addTask { await listener.stop(within: limit) } }
    }
  }

  private func listen(_ port: Int) async throws {
    let listener = open(port)
    try await listener.start()
    listeners[port] = listener
  }

  private func change(_ key: String, _ change: (inout GatewayPort) -> Void) throws(Failure) {
    guard let index = configuration.ports.firstIndex(where: { $0.key == key }) else {
      throw Failure(.refused, "There is no port \(key).")
    }
    change(&configuration.ports[index])
    try write()
  }

  private func write() throws(Failure) {
    let configuration = configuration
    try file.update { (value) throws(Failure) in value = configuration }
  }
}
