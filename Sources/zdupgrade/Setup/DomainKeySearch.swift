import Axway
import Upgrade

/// Looks over SSH which Admin Node Manager holds the domain's key.
struct DomainKeySearch {
  let ssh: SSHArguments
  let login: LoginSecretArguments
  /// The old installation of the nodes that have none of their own; nil where it was not given.
  let oldInstallDir: String?

  /// How it stands with the key on each of `admins`, by name; a node that cannot be asked is in there too.
  ///
  /// - Throws: `Failure` for what is wrong with the options.
  func standings(of admins: Topology, file: String) async throws -> [String: DomainKey.Standing] {
    let fleet = admins.fleet(file: file)
    let logins = try Logins(ssh, secrets: login, for: fleet)
    let nodes = Assembly.nodes(of: fleet, logins: logins)
    let handler = try Assembly.becoming(nodes, in: fleet, password: logins.becomePassword)
    let runner = CommandRunner(handler: handler, secrets: [:], diagnosis: NoDiagnosis(), journal: EventFeed([]))
    let found = await admins.nodes.concurrentMap { await standing(on: $0, runner) }
    await nodes.disconnect()
    return Dictionary(uniqueKeysWithValues: zip(admins.nodes.map(\.name), found))
  }

  private func standing(on node: Topology.Node, _ runner: CommandRunner) async -> DomainKey.Standing {
    guard let folder = node.oldInstallDir ?? oldInstallDir else {
      return .unknown("its old installation is not known; give --old_install_dir")
    }
    do {
      let result = try await runner.run(DomainKey.look(in: folder), on: node.name, timeout: .seconds(60))
      try result.check()
      return DomainKey.standing(result.lastLines)
    } catch {
      let failure = Failure.from(error, as: .unreachable)
      return .unknown(([failure.message] + failure.evidence.suffix(1)).joined(separator: ": "))
    }
  }
}
