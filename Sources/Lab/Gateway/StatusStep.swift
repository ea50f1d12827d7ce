/// `sysupgrade status`: says how far this node is.
struct StatusStep: SysUpgradeStep {
  let installation: Installation
  let arguments: ToolArguments
  let output: ToolOutput

  func run() async throws {
    try await meetFault(.status, failingWith: "ERROR: The status of the upgrade cannot be read.")
    let progress = UpgradeProgress(of: installation)
    output.say("Current status: \(progress.phrase)")
    if let command = progress.nextCommand { output.say("Next step: sysupgrade \(command)") }
  }
}
