import Glibc
import Upgrade

// What is done to processes and servers.
extension LabSeed {
  func act(_ problem: SeededProblem) async throws {
    switch problem {
    case .instanceDown: for control in oldInstances { try await control.stop() }
    case .newProcess:
      try await control(old, .nodeManager).stop()
      try new.joinDomain()
      try await control(new, .nodeManager).start()
    case .sysupgradeExported: try UpgradeProgress.exported.write(to: new)
    case .sysupgradeApplied: try UpgradeProgress.applied.write(to: new)
    case .fullDisk:
      try await disk.mount()
      try disk.fill()
    case .wrongClock:
      await SSHServer.stopAll(in: sshd)
      try await LabSSH(lab: lab.description).start(node, variables: ClockShift.variables(seconds: -600))
    case .cassandraDown: await CassandraStandIn(lab: lab.description).stop()
    case .sshDown: await SSHServer.stopAll(in: sshd)
    case .outOfBalancer: try await reloadNGINX()
    case .balancerDown: await nginx.stop()
    default: break
    }
  }

  func actBack(_ problem: SeededProblem) async throws {
    switch problem {
    case .instanceDown: for control in oldInstances { try await control.start() }
    case .newProcess:
      try await control(new, .nodeManager).stop()
      unlink(new.domainMarker)
      try await control(old, .nodeManager).start()
    case .sysupgradeExported, .sysupgradeApplied: try UpgradeProgress.notStarted.write(to: new)
    case .fullDisk: await disk.unmount(isKept: true)
    case .wrongClock:
      await SSHServer.stopAll(in: sshd)
      try await LabSSH(lab: lab.description).start(node)
    case .cassandraDown: try await CassandraStandIn(lab: lab.description).start()
    case .sshDown: try await LabSSH(lab: lab.description).start(node)
    case .balancerDown: try await nginx.start()
    default: break
    }
  }

  func reloadNGINX() async throws {
    let line = nginx.commandLine + ["-s", "reload"]
    try await ExternalTool(path: line[0], arguments: Array(line.dropFirst())).run()
  }

  private var nginx: NGINXServer { NGINXStage(lab: lab.description).server }
  private var sshd: String { lab.description.layout.sshd(node.name) }
  private var disk: SmallDisk { SmallDisk(path: "\(new.home)/upgrade/bin/out", kilobytes: 256) }

  private var oldInstances: [ServiceControl] {
    old.services.filter { $0 != .nodeManager }.map { control(old, $0) }
  }

  private func control(_ installation: Installation, _ service: GatewayService) -> ServiceControl {
    ServiceControl(installation: installation, service: service, output: quiet)
  }
}
