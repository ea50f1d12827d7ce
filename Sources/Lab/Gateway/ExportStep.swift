import Upgrade

/// `sysupgrade export`: looks at the whole old domain through its Admin Node Manager, and copies this node's files.
struct ExportStep: SysUpgradeStep {
  let installation: Installation
  let arguments: ToolArguments
  let output: ToolOutput

  private var lab: LabDescription { installation.lab }
  private var oldHome: String { installation.other.home }

  func run() async throws {
    guard let directory = arguments["--old_install_dir"] else {
      throw ToolFailure(
        text: "sysupgrade export: error: --old_install_dir is required", exitCode: ToolFailure.usage)
    }
    guard let resolved = TextFile.resolve(directory), resolved == TextFile.resolve(oldHome) else {
      throw ToolFailure("'\(directory)' is not the apigateway directory of an old installation on this host.")
    }
    try admit("export", after: .notStarted, completing: .exported)
    let manager = try administrator(try adminHost())
    let credentials = try Credentials(arguments)
    output.say("Exporting the API Gateway \(lab.oldVersion) system in \(directory)")
    try await logIn(to: manager, credentials)
    try await checkDomain()
    let group = installation.node.groups.first ?? ""
    try await meetFault(.export, failingWith: "ERROR: \(Self.inconsistent(group))")
    try UpgradeProgress.exported.write(to: installation)
    output.say("Export completed successfully.")
  }

  private func administrator(_ host: String) throws -> LabNode {
    let administrators = lab.nodes.filter { $0.nodeManager == .admin }.map(\.host).joined(separator: ", ")
    guard let node = lab.nodes.first(where: { $0.host == host }) else {
      throw ToolFailure(
        "Host '\(host)' is not a valid host in the topology. Retry with --anm_host set to one of: \(administrators)")
    }
    guard node.nodeManager == .admin else {
      throw ToolFailure("Host '\(host)' does not have an Admin Node Manager.")
    }
    return node
  }

  private func logIn(to manager: LabNode, _ credentials: Credentials) async throws {
    output.say("Contacting the Admin Node Manager on \(manager.host) at \(manager.managementURL)")
    let client = ManagerClient(node: manager)
    let status = await client.get("/api/topology", credentials).map(\.status)
    switch status {
    case .success(200): return
    case .success(401):
      throw ToolFailure("The Admin Node Manager on \(manager.host) refused the username or password.")
    case .success(let code): throw ToolFailure("The Admin Node Manager on \(manager.host) answered \(code).")
    case .failure: throw ToolFailure("The Admin Node Manager on \(manager.host) cannot be contacted. Is it running?")
    }
  }

  /// Every process of the old domain must run; a Node Manager that is down makes its groups inconsistent.
  private func checkDomain() async throws {
    let view = DomainView(of: installation)
    for node in lab.nodes {
      let old = Installation(.old, of: node, in: lab)
      let running = await view.runningServices(.old, of: node)
      if !running.contains(.nodeManager) {
        output.say("The Node Manager on \(node.host) cannot be contacted.")
        throw ToolFailure(node.groups.map(Self.inconsistent).joined(separator: "\nERROR: "))
      }
      if let stopped = old.services.first(where: { !running.contains($0) }) {
        throw ToolFailure("\(stopped.title) on host '\(node.host)' is not running. All processes must run.")
      }
    }
    try checkGroups()
  }

  /// All gateways of a group must have one configuration.
  private func checkGroups() throws {
    for group in lab.groups.map(\.name) {
      let members = lab.nodes.filter { $0.groups.contains(group) }
      let stores = members.map { TextFile.read(DomainFiles.store(of: group, in: Installation(.old, of: $0, in: lab))) }
      guard Set(stores).count > 1 else { continue }
      throw ToolFailure(Self.inconsistent(group))
    }
  }

  private static func inconsistent(_ group: String) -> String {
    "Group '\(group)' is inconsistent. Upgrade requires all groups to be consistent."
  }
}
