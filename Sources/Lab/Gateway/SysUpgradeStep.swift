/// One command of `sysupgrade`.
protocol SysUpgradeStep: Sendable {
  /// The new installation it runs in.
  var installation: Installation { get }
  /// Its options.
  var arguments: ToolArguments { get }
  /// Where it prints.
  var output: ToolOutput { get }

  /// Does the work.
  ///
  /// - Throws: `ToolFailure` when it refuses or fails.
  func run() async throws
}

extension SysUpgradeStep {
  /// Refuses a step that comes too early, or again without `--force`; with it the later steps are forgotten.
  func admit(_ name: String, after required: UpgradeProgress, completing done: UpgradeProgress) throws {
    let progress = UpgradeProgress(of: installation)
    if progress < required {
      throw ToolFailure("sysupgrade \(name) cannot run now: run sysupgrade \(progress.nextCommand ?? "") first.")
    }
    guard progress >= done else { return }
    guard arguments.has("--force") else {
      throw ToolFailure("sysupgrade \(name) has already been run successfully. Use --force to run it again.")
    }
    try required.write(to: installation)
  }

  /// The host to use as Admin Node Manager: `--anm_host`, or the only one there is.
  func adminHost() throws(ToolFailure) -> String {
    if let host = arguments["--anm_host"] { return host }
    let hosts = installation.lab.nodes.filter { $0.nodeManager == .admin }.map(\.host)
    guard hosts.count == 1 else {
      throw ToolFailure(
        "There is more than one Admin Node Manager. Give one of \(hosts.joined(separator: ", ")) with --anm_host.")
    }
    return hosts[0]
  }

  /// The fault of `step`, if one is set.
  func meetFault(_ step: Fault.Step, failingWith text: String) async throws {
    try await FaultInjector(installation: installation, output: output).meet(step, failingWith: text)
  }
}
