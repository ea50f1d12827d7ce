/// The stage of a demo of a blue-green upgrade.
struct BlueGreenDemoStage: DemoStage {
  private let lab: BlueGreenLab

  /// Starts one.
  init(_ options: BlueGreenOptions) async throws { lab = try await BlueGreenLab.up(options) }

  var groups: [LabGroup] { [lab.group] }
  var isCounting: Bool { true }
  var logs: String { "\(lab.directory)/zdupgrade-logs" }

  /// Nobody is there to say yes to what no API takes back.
  func arguments(logs: String) -> [String] { BlueGreenGuide.arguments(for: lab, logs: logs) + ["--yes"] }

  /// Every request that was answered is a transaction in a datastore then; also those that gateways still have in memory
  /// until they are stopped.
  func account(exitCode: Int32, answered: Int) async throws -> DemoAccount {
    let table = try BlueGreenGuide(lab: lab).table
    for node in lab.description.nodes { try await lab.stop(node.name) }
    let account = try await lab.account()
    var complaints: [String] = []
    if exitCode == 0, !account.isComplete { complaints.append("the new datastore is not complete") }
    if account.duplicated > 0 { complaints.append("\(account.duplicated) requests were counted twice") }
    if account.total != answered { complaints.append("\(answered) requests were answered, not \(account.total)") }
    return DemoAccount(text: "\(table)\n\n\(account.text)\nrequests answered: \(answered)", complaints: complaints)
  }

  func down() async { await lab.down() }
}
