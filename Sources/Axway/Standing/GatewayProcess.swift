import Upgrade

/// A process of one of a node's two installations.
public struct GatewayProcess: Sendable, Hashable {
  /// The installation.
  public let installation: CommandBuilder.Installation
  /// What it is, in words: `Node Manager`, `instance 'Gateway-1' of 'Gateway Group'`.
  public let name: String

  /// A process.
  public init(_ installation: CommandBuilder.Installation, _ name: String) {
    self.installation = installation
    self.name = name
  }

  /// It in words: `new Node Manager`.
  public var title: String { "\(installation.rawValue) \(name)" }

  /// How it is asked for.
  public struct Check: Sendable, Hashable {
    /// The process.
    public let process: GatewayProcess
    /// Exits 0 when it runs, and 1 when not.
    public let command: Command
    /// Asked in the same way when `command` exits with anything else.
    public let fallback: Command
  }
}

extension CommandBuilder {
  /// How each process of `node` is asked for, those of the old installation first.
  public func processChecks(of node: Topology.Node) -> [GatewayProcess.Check] {
    [Installation.old, .new].flatMap { installation in
      [
        GatewayProcess.Check(
          process: GatewayProcess(installation, "Node Manager"), command: nodeManager(installation, .status),
          fallback: nodeManagerProcess(installation))
      ]
        + node.instances.map { instance in
          GatewayProcess.Check(
            process: GatewayProcess(installation, "instance '\(instance.name)' of '\(instance.group)'"),
            command: self.instance(instance, installation, .status), fallback: instanceProcess(instance, installation))
        }
    }
  }
}
