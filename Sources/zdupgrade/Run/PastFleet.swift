import Axway
import Foundation
import Records
import Upgrade

/// The nodes of a run of the past, to look at: what its command line says of them, and none of its secrets.
struct PastFleet {
  let topology: Topology
  /// The topology's file; nil for the reference topology.
  let file: String?
  let planner: Planner
  let logins: Logins
  private let forks: Int
  /// Whether the topology is not what it was when the run was begun.
  let isChanged: Bool

  /// The nodes of the run that was made from `basis`. The process goes to the folder that the paths were meant from, if
  /// that is there.
  ///
  /// - Parameters:
  ///   - config: the topology file, where it is in another place now.
  ///   - login: the secrets of the logins that are in another place now.
  /// - Throws: `Failure` for what is wrong with the topology, or a secret of the logins.
  init(_ basis: RunBasis, config: String?, login: LoginSecretArguments) throws {
    let config = config.map(PastRun.absolute)
    let login = login.absolute
    _ = FileManager.default.changeCurrentDirectoryPath(basis.directory)
    var roll = try RunCommand.parse(basis.arguments).roll
    roll.upgrade.config = config ?? roll.upgrade.config
    roll.secrets.login = login.over(roll.secrets.login)
    file = roll.upgrade.config
    topology = try roll.upgrade.topology()
    try Assembly.check(topology.fleet(file: file))
    let options = try roll.upgrade.options(
      hasCassandraPassword: false, forks: ControlNode.this.forks(for: topology.nodes.count))
    forks = options.forks
    try ControlNode.makeRoom(for: topology.nodes.count, forks: forks)
    planner = try Planner(topology, options)
    logins = try Logins(roll.ssh, secrets: roll.secrets.login, for: topology.fleet(file: file))
    isChanged = try Digest.ofFile(file) != basis.topologyDigest
  }

  /// What is not as it was when the run was begun, in words.
  var notices: [String] {
    isChanged ? ["the topology (\(file ?? "the reference topology")) is not what it was when the run was begun"] : []
  }

  /// How the processes of each node are asked for.
  ///
  /// - Throws: `Failure` of kind `.refused` when a node has no installation.
  func checks() throws(Failure) -> [String: [GatewayProcess.Check]] {
    var checks: [String: [GatewayProcess.Check]] = [:]
    for (node, commands) in try planner.builders() { checks[node.name] = commands.processChecks(of: node) }
    return checks
  }

  /// What the nodes say now, and who holds their locks; `underWay` are the jobs that are under way on them.
  func look(underWay: [String: DetachedJob]) async throws -> (views: [String: NodeView], locks: [LockSurvey.Answer]) {
    let assembly = try Assembly(
      topology.fleet(file: file), logins: logins, probes: ProbeSetup(targets: []), readers: [])
    do {
      async let locks = assembly.lockSurvey.look(at: topology.nodes.map(\.name), forks: forks)
      let views = try await assembly.fleetLook.views(of: planner, underWay: underWay, forks: forks)
      let found = (views, await locks)
      await assembly.close()
      return found
    } catch {
      await assembly.close()
      throw error
    }
  }
}
