import ArgumentParser
import Axway
import Foundation
import Upgrade

/// Makes a topology file from what the domain itself knows.
struct DiscoverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "discover",
    abstract: "Ask a domain's Admin Node Manager for its topology, and write the topology file.",
    discussion: """
      Nodes, kinds of Node Managers, instances and groups come from the Topology API, over HTTPS. Which Admin Node Manager \
      is the first one is seen over SSH: it holds groups/certs/private/domain.p12. How nodes are reached, where their \
      health checks answer and what load balancer stands before them no API tells: with --config they are kept from an \
      existing file, else they are to be filled in, and the notes on standard error say what.
      """)

  @OptionGroup(title: "Admin Node Manager") var manager: ManagerArguments

  @Option(
    name: .customLong("old_install_dir"),
    help: "The old installation on the nodes, like /opt/Axway-7.5.3, in which the domain's key is looked for.")
  var oldInstallDir: String?

  @Flag(name: .customLong("no_ssh"), help: "Do not look which Admin Node Manager is the first one.")
  var hasNoSSH = false

  @Option(
    name: .customLong("config"),
    help: "An existing topology file; what the domain does not know is kept from it. It is not changed.")
  var config: String?

  @Option(
    name: .customLong("health_url"),
    help: "The health checks' URL with {host} for the host, like http://{host}:8080/healthcheck. (default: none)")
  var healthURL: String?

  @OptionGroup(title: "Output") var output: OutputArguments
  @OptionGroup(title: "Secrets of the logins") var login: LoginSecretArguments
  @OptionGroup(title: "SSH") var ssh: SSHArguments

  mutating func run() async throws {
    let file = output.file(nil)
    try output.check(file)
    let pattern = try pattern()
    let known = try known()
    let oldDir = try oldInstallation(known?.topology)
    try manager.check()
    let login = try manager.login()
    if manager.isInsecure {
      Console.progress([
        "WARNING: --insecure: no certificate is checked. Whoever answers at \(PlainText.oneLine(manager.host)) gets the "
          + "administrator's password, and can name any machine as a node."
      ])
    }
    let (domain, url) = try await Assembly.withRequests { [manager] http in
      let api = try manager.api(http)
      return (try await api.topology(as: login), api.url)
    }
    let discovered = try DiscoveredDomain(domain, from: url, healthURL: pattern)
    var (draft, notes) = Self.draft(of: discovered, known?.setting)
    let topology = try draft.topology(file: url, folder: known?.folder ?? FileManager.default.currentDirectoryPath)
    let (first, keyNotes) = try await firstManager(of: topology, in: oldDir)
    if let first { draft.putFirst(first) }
    let health = DiscoveredDomain.healthNotes(topology.nodes, pattern)
    let version = domain.productVersion.map { " \($0)" } ?? ""
    Self.tell(
      ["\(topology.nodes.count) nodes in \(topology.groups.count) groups; API Gateway\(version)"]
        + (discovered.notes + notes + health + keyNotes + pathNotes(file)).map { "note: \($0)" })
    try output.write(draft.text, to: file)
  }

  private func pattern() throws(Failure) -> HealthURLPattern? {
    guard let healthURL else { return nil }
    do { return try HealthURLPattern(healthURL) } catch { throw error.inContext("--health_url") }
  }

  /// The existing file: what it says, what it means, and its folder.
  private func known() throws(Failure) -> (setting: Setting, topology: Topology, folder: String)? {
    guard let config else { return nil }
    let (bytes, folder) = try ConfigurationFile.contents(of: config)
    let topology = try TopologyBuilder.topology(json: bytes, file: config, folder: folder)
    return (try JSONFile.parse(bytes, file: config), topology, folder)
  }

  private func oldInstallation(_ known: Topology?) throws(Failure) -> String? {
    let folder = try InstallDir.given(oldInstallDir, as: "--old_install_dir")
    let isKnown = folder != nil || known?.nodes.contains { $0.oldInstallDir != nil } ?? false
    guard hasNoSSH || isKnown else {
      throw Failure(
        .refused, "--old_install_dir: is missing: where the first Admin Node Manager's key is looked for over SSH",
        remedy: "give it, or --no_ssh where you know which Admin Node Manager is the first one")
    }
    return folder
  }

  private static func draft(of domain: DiscoveredDomain, _ known: Setting?) -> (TopologyDraft, [String]) {
    if let known { return TopologyDraft.updating(known, to: domain) }
    var draft = TopologyDraft(domain.nodes)
    draft["loadBalancer"] = .object(["driver": .string("none")])
    return (
      draft,
      [
        "the load balancer is to be filled in: with \"driver\": \"none\" nothing is drained, and requests are lost; "
          + "loadBalancer and each node's loadBalancerServer say how nodes are taken out",
        "nodes are reached as your own ssh reaches their hosts; give 'ssh' where that is not so",
      ]
    )
  }

  private func firstManager(of topology: Topology, in folder: String?) async throws -> (String?, [String]) {
    let admins = Topology(nodes: topology.nodes.filter { $0.nodeManager == .admin }, ssh: topology.ssh)
    var standings: [String: DomainKey.Standing] = [:]
    if !hasNoSSH {
      let search = DomainKeySearch(ssh: ssh, login: login, oldInstallDir: folder)
      standings = try await search.standings(of: admins, file: config ?? "the discovered topology")
    }
    return DomainKey.conclusion(admins.nodes, standings, folder: folder)
  }

  private func pathNotes(_ file: String?) -> [String] {
    guard let config, let file else { return [] }
    let folders = [config, file].map { URL(fileURLWithPath: $0).deletingLastPathComponent().standardizedFileURL.path }
    return folders[0] == folders[1]
      ? [] : ["relative paths in the file start from its own folder, \(folders[1]), and no more from \(folders[0])"]
  }

  private static func tell(_ lines: [String]) { Console.progress(lines.map(PlainText.oneLine)) }
}
