import FoundationEssentials
import Upgrade

/// Reads what a run's journal has of its nodes: which state each must be in if nobody else has touched it. Pure.
public struct JournalAccount: Sendable {
  /// How far the run has come.
  public private(set) var progress = Progress()
  private var accounts: [String: NodeAccount] = [:]
  private var observed: [String: Observation] = [:]
  private let checks: [String: [Command: GatewayProcess]]

  /// An account of `entries`; `checks` are how the processes of each node are asked for, none where that is not known.
  public init(_ entries: some Sequence<JournalEntry>, checks: [String: [GatewayProcess.Check]] = [:]) {
    self.checks = checks.mapValues { checks in
      Dictionary(checks.map { ($0.command, $0.process) }) { first, _ in first }
    }
    for entry in entries { apply(entry) }
  }

  /// How the journal has `node`; nil where its run has no plan, or no such node.
  public subscript(node: String) -> NodeAccount? {
    guard var account = accounts[node] else { return nil }
    account.text = text(node, account)
    return account
  }

  private mutating func apply(_ entry: JournalEntry) {
    progress.apply(entry.event)
    if let basis = entry.event.basis { observed = basis.observed.compactMapValues(Observation.init(text:)) }
    switch entry.event {
    case .runStarted(let plan): begin(plan)
    case .stepStarted(let id, let title): begin(id, title, at: entry.time)
    case .stepEnded(let id, _, let failure): end(id, failure)
    case .commandStarted(let node, _, let job): hear(node, job)
    case .commandFollowed(let node, let job): hear(node, job)
    case .phaseStarted(let node, .rollback): change(node) { $0.underWay = nil }
    case .phaseEnded(let node, .rollback, .passed):
      change(node) { ($0.isTakenBack, $0.underWay, $0.stranded, $0.failure) = (true, nil, nil, nil) }
    case .stranded(let stranded): change(stranded.node) { $0.stranded = stranded.state }
    case .believed(let id, let isDone, _): expect(id, isDone ? .believedDone : .believedNotDone)
    default: break
    }
  }

  private mutating func begin(_ plan: Plan) {
    for node in plan.nodes where accounts[node.name] == nil {
      accounts[node.name] = NodeAccount(
        observed[node.name] ?? Observation(nil), servesRequests: !node.groups.isEmpty,
        processes: (checks[node.name] ?? [:]).values)
    }
  }

  private mutating func begin(_ id: StepID, _ title: String, at time: Date) {
    let act = NodeAccount.UnderWay(phase: phase(of: id), title: title, since: time)
    change(id.node) { account in
      account.underWay = act
      if id.undo == nil { (account.isTakenBack, account.stranded, account.failure) = (false, nil, nil) }
    }
    expect(id, .begun)
  }

  private mutating func end(_ id: StepID, _ failure: Failure?) {
    let phase = phase(of: id)
    let isGonePast = accounts[id.node]?.underWay?.hasCommand != true
    change(id.node) { account in
      account.underWay = nil
      if let failure { account.failure = "\(phase) FAILED: \(failure.message)" }
    }
    expect(id, failure != nil ? .failed : isGonePast ? .gonePast : .done)
  }

  private mutating func hear(_ node: String, _ job: String?) {
    accounts[node]?.underWay?.hasCommand = true
    if let job { accounts[node]?.underWay?.job = job }
  }

  private func phase(of id: StepID) -> String {
    let phase = id.undo == nil ? progress.plan?.step(id)?.phase : nil
    return (phase ?? .rollback).title
  }

  private mutating func change(_ node: String, _ change: (inout NodeAccount) -> Void) {
    guard var account = accounts[node] else { return }
    change(&account)
    account.changes += 1
    accounts[node] = account
  }

  /// Where `node` stands: what needs the operator first, then what is to be waited for, then what is done.
  private func text(_ node: String, _ account: NodeAccount) -> String {
    if let state = account.stranded { return (account.failure.map { "\($0); " } ?? "") + "stranded: \(state)" }
    if let act = account.underWay { return "\(act.phase) under way: \(act.title)" }
    if progress.pendingRollbacks.contains(node) {
      return account.failure.map { "to be taken back, \($0)" } ?? "to be taken back"
    }
    if let failure = account.failure, !account.isTakenBack {
      return progress.outOfService.contains(node) ? "out of the load balancer, \(failure)" : failure
    }
    if account.isTakenBack { return "taken back" }
    guard let begun = progress.begun[node]?.last, let step = progress.plan?.step(begun) else {
      return progress.plan?.stages.contains { $0.lanes.contains { $0.node == node } } == true
        ? "not begun" : "nothing to do"
    }
    if !progress.isUnfinished(node) { return "upgraded" }
    if progress.outOfService.contains(node) { return "out of the load balancer, behind '\(step.act.title)'" }
    let isWhole = progress.results.result(node, step.phase)?.hasPassed == true
    return isWhole ? "\(step.phase.title) done" : "\(step.phase.title): behind '\(step.act.title)'"
  }
}

// What is expected behind an act.
extension JournalAccount {
  private enum Outcome { case begun, done, gonePast, failed, believedDone, believedNotDone }

  private mutating func expect(_ id: StepID, _ outcome: Outcome) {
    let isDone = outcome == .done || outcome == .gonePast
    guard let act = progress.plan?.act(id), var account = accounts[id.node] else { return }
    switch act.action {
    case .run: if id.undo == nil { expectSysupgrade(id, outcome, &account) }
    case .ensure(let goal):
      guard let process = checks[id.node]?[goal.check] else { return }
      account.processes[process] = isDone ? goal.wanted == .running : nil
    case .balancer(.disable): account.balancer = isDone ? [.disabled] : []
    case .balancer(.enable): account.balancer = isDone ? [.enabled, .down] : []
    case .balancer(.serve): if isDone { account.balancer = [.enabled] }
    case .balancer, .answer, .gate, .operation: return
    }
    accounts[id.node] = account
  }

  private func expectSysupgrade(_ id: StepID, _ outcome: Outcome, _ account: inout NodeAccount) {
    guard let phase = progress.plan?.step(id)?.phase, let state = SysupgradeState(after: phase) else { return }
    let (least, most) = (account.sysupgrade.lowerBound, account.sysupgrade.upperBound)
    switch outcome {
    case .begun: account.sysupgrade = least...max(most, state)
    case .done, .gonePast, .believedDone: account.sysupgrade = max(least, state)...max(most, state)
    case .failed: break
    case .believedNotDone: account.sysupgrade = min(least, state.before)...state.before
    }
    guard state == .applied, outcome != .failed else { return }
    for process in (checks[id.node] ?? [:]).values where process.installation == .new {
      account.processes[process] = outcome == .done ? true : nil
    }
  }
}
