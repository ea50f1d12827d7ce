import Upgrade

/// The stage of a crash test of a blue-green upgrade, a major one.
struct BlueGreenCrashLab: CrashLab {
  private let lab: BlueGreenLab
  private var look: BlueGreenLook { BlueGreenLook(lab: lab) }

  /// Starts one.
  init(_ kind: CrashCase, _ options: CrashTestOptions) async throws {
    var shape = BlueGreenOptions(program: options.program)
    (shape.documents, shape.bounceDelay) = (300, 100)
    // It stays set, so that a step that is tried again fails again.
    if kind == .rollback { shape.faults = ["New-1:transform:fail:no"] }
    lab = try await BlueGreenLab.up(shape)
  }

  var directory: String { lab.directory }
  var groups: [LabGroup] { [lab.group] }
  var isCounting: Bool { true }
  var servers: Set<Int32> { look.servers }

  func arguments(_ command: CrashCommand, logs: String) -> [String]? {
    switch command {
    case .run: BlueGreenGuide.arguments(for: lab, logs: logs) + ["--yes"]
    case .resume: ["bluegreen", "resume", "--log_dir", logs, "--yes"]
    // No node is locked: nothing is done on one over SSH.
    case .unlock: nil
    }
  }

  func note(in state: inout FinalState) async {
    let look = look
    for node in lab.description.nodes {
      state.note(.standing, "\(node.name): serving", await look.standing(of: node))
      guard let calls = try? lab.calls(of: node.name) else { continue }
      for (call, count) in GatewayCallCounts(file: calls).counts { state.note(.act, "\(node.name): \(call)", count) }
    }
    state.note(.standing, "the load balancer's servers", look.balancerServers)
    for (side, count) in look.webhooks { state.note(.trace, "webhooks in the \(side) datastore", "\(count)") }
    guard let account = try? await lab.account() else { return }
    let (new, missing) = (account.new, account.missingCore)
    state.note(.standing, "assets", "\(new.core) new ones, \(account.transformed) transformed, \(missing) missing")
    state.note(.standing, "logs and events", account.missingLogs == 0 ? "complete" : "some missing")
  }

  /// A transaction is in the datastore about a second behind its answer.
  func complaints(answered: Int, within patience: Duration) async -> [String] {
    var account = try? await lab.account()
    let deadline = ContinuousClock.now + patience
    while account?.total != answered, ContinuousClock.now < deadline {
      await Task.detached { try? await Task.sleep(for: .milliseconds(200)) }.value
      account = try? await lab.account()
    }
    guard let account else { return ["the datastores cannot be read"] }
    return (account.duplicated == 0 ? [] : ["\(account.duplicated) requests were counted twice"])
      + (account.total == answered ? [] : ["\(answered) requests were answered, and \(account.total) counted"])
  }

  func down() async { await lab.down() }
}
