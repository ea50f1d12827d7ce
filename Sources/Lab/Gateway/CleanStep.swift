import FoundationEssentials
import Glibc

/// `sysupgrade clean`: puts the new installation back to how it was delivered, its processes ended.
///
/// On the node of the first `apply` that destroys the new domain for all nodes, as the real one does.
struct CleanStep: SysUpgradeStep {
  let installation: Installation
  let arguments: ToolArguments
  let output: ToolOutput

  func run() async throws {
    try await meetFault(.clean, failingWith: "ERROR: The new installation cannot be reset.")
    for service in installation.runningServices.reversed() {
      try await ServiceControl(installation: installation, service: service, output: output, isPaced: false).stop()
    }
    try UpgradeProgress.notStarted.write(to: installation)
    unlink(installation.domainMarker)
    for log in SysUpgradeCommand.allCases.compactMap(\.log) {
      unlink("\(installation.home)/upgrade/bin/out/logs/\(log)")
    }
    let layout = installation.lab.layout
    if NewDomain.read(layout)?.firstNode == installation.node.name { NewDomain.remove(layout) }
    output.say("Clean completed successfully.")
  }
}
