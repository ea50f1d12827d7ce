import Upgrade

/// Picks the load balancer's driver by the name in the topology file.
public struct LoadBalancerRegistry: Sendable {
  private let drivers: [any LoadBalancerDriver.Type]

  /// A registry of `drivers`, in the order in which an error lists them.
  public init(drivers: [any LoadBalancerDriver.Type]) { self.drivers = drivers }

  /// All drivers that come with the product.
  public static let standard = LoadBalancerRegistry(drivers: [
    NoLoadBalancer.self, NginxLoadBalancer.self, HAProxyLoadBalancer.self, NginxPlusLoadBalancer.self,
    HealthCheckLoadBalancer.self, CommandLoadBalancer.self,
  ])

  /// The drivers' names.
  public var names: [String] { drivers.map { $0.name } }

  /// The load balancer that the topology describes; `NoLoadBalancer` where it has none. Connects to nothing.
  ///
  /// - Parameters:
  ///   - setting: the object at `loadBalancer`: `driver` and the driver's own keys.
  ///   - several: the list of such objects at `loadBalancers`, which takes the place of `setting`.
  ///   - file: the topology file's name, for messages.
  /// - Throws: `Failure` of kind `.refused` that names the file and the key's path.
  public func make(
    from setting: Setting?, orAll several: [Setting]? = nil, file: String, in surroundings: Surroundings
  ) throws(Failure) -> any LoadBalancer {
    if let several {
      var members: [JointLoadBalancer.Member] = []
      for (index, setting) in several.enumerated() {
        let path = "loadBalancers[\(index)]"
        let (name, balancer) = try make(setting, file: file, path: path, in: surroundings)
        members.append(.init(name: "\(path) (\(name))", balancer: balancer))
      }
      return JointLoadBalancer(members)
    }
    guard let setting, setting != .null else { return NoLoadBalancer() }
    return try make(setting, file: file, path: "loadBalancer", in: surroundings).balancer
  }

  /// Checks what the topology describes without making anything that could be used.
  ///
  /// - Throws: `Failure` of kind `.refused`, as `make` does.
  public func validate(_ setting: Setting?, orAll several: [Setting]? = nil, file: String) throws(Failure) {
    let nowhere = NoCommandHandler()
    let surroundings = Surroundings(
      local: nowhere, remote: { _ in BalancerShell(handler: nowhere, node: "") })
    _ = try make(from: setting, orAll: several, file: file, in: surroundings)
  }

  private func make(
    _ setting: Setting, file: String, path: String, in surroundings: Surroundings
  ) throws(Failure) -> (name: String, balancer: any LoadBalancer) {
    let driver = try driver(for: setting, file: file, path: path)
    let settings = try SettingReader(setting, file: file, path: path, keys: ["driver"] + driver.keys)
    return (driver.name, try driver.init(settings, in: surroundings))
  }

  private func driver(
    for setting: Setting, file: String, path: String
  ) throws(Failure) -> any LoadBalancerDriver.Type {
    var keys: [String] = []
    if case .object(let object) = setting { keys = Array(object.keys) }
    let settings = try SettingReader(setting, file: file, path: path, keys: keys)
    let name = try settings.choice("driver", of: names)
    guard let driver = drivers.first(where: { $0.name == name }) else {
      throw settings.complaint("driver", "is missing, must be one of \(names.joined(separator: ", "))")
    }
    return driver
  }
}

/// Stands where settings are only checked; it runs nothing.
private struct NoCommandHandler: CommandHandler {
  func run(
    _ command: ShellCommand, on node: String, timeout: Duration?,
    output: @escaping @Sendable (CommandOutput) async -> Void
  ) async throws -> CommandExit {
    throw Failure(.refused, "no command may run while settings are checked")
  }
}
