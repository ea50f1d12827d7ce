/// `sysupgrade apply`: joins the new domain - the first one makes it - and starts the new processes.
struct ApplyStep: SysUpgradeStep {
  let installation: Installation
  let arguments: ToolArguments
  let output: ToolOutput

  private static let unsigned =
    "Failed to sign CSR for service. None of the available Admin Node Managers have the domain private key"

  private var lab: LabDescription { installation.lab }

  func run() async throws {
    try admit("apply", after: .upgraded, completing: .applied)
    try checkOldProcesses()
    let credentials = try Credentials(arguments)
    let passphrase = try Credentials.value(
      "--domain_passphrase", arguments, prompt: "Enter domain passphrase: ", isSecret: true)
    guard credentials.areValid(in: lab) else { throw ToolFailure("The username or password is wrong.") }
    guard passphrase == Credentials.secret(lab.layout.domainPassphrase) else {
      throw ToolFailure("The domain passphrase is wrong: the domain's private key cannot be read.")
    }
    let host = try adminHost()
    let isFirst = try await checkDomain(host)
    output.say("Applying the upgraded configuration on \(installation.node.host)")
    try await meetFault(.apply, failingWith: "ERROR: \(Self.unsigned)")
    try await join(host, isFirst: isFirst)
    try UpgradeProgress.applied.write(to: installation)
    output.say("Apply completed successfully.")
  }

  private func checkOldProcesses() throws {
    let running = installation.other.runningServices.map(\.title)
    guard running.isEmpty else {
      throw ToolFailure(
        "Processes of the old installation are running on this host: \(running.joined(separator: ", ")). "
          + "Stop them before running sysupgrade apply.")
    }
  }

  /// The first `apply` is on an Admin Node Manager that names itself; every other one needs that one up.
  ///
  /// - Returns: whether this is the first.
  private func checkDomain(_ host: String) async throws -> Bool {
    let view = DomainView(of: installation)
    guard let domain = await view.newDomain(at: host), domain.firstNode != installation.node.name else {
      guard installation.node.nodeManager == .admin, host == installation.node.host else {
        throw ToolFailure(Self.unsigned)
      }
      return true
    }
    guard domain.anmHost == host, let first = lab.node(domain.firstNode),
      await view.runningServices(.new, of: first).contains(.nodeManager)
    else { throw ToolFailure(Self.unsigned) }
    return false
  }

  private func join(_ host: String, isFirst: Bool) async throws {
    for service in installation.runningServices.reversed() { try await control(service).stop() }
    try installation.joinDomain()
    try await control(.nodeManager).start()
    // The domain exists once its Admin Node Manager is up.
    if isFirst {
      try installation.holdDomainKey()
      try NewDomain(firstNode: installation.node.name, anmHost: host).write(lab.layout)
    }
    for service in installation.services where service != .nodeManager {
      do {
        try await control(service).start()
      } catch let failure as ToolFailure {
        output.say("WARN: \(service.title) could not be started:\n\(failure.text)")
      }
    }
  }

  private func control(_ service: GatewayService) -> ServiceControl {
    ServiceControl(installation: installation, service: service, output: output, isPaced: false)
  }
}
