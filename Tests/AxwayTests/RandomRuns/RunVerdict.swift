import Upgrade

@testable import Axway

/// What must hold when a run is over.
struct RunVerdict {
  let scenario: Scenario
  let trace: RunTrace
  let state: Fleet.State
  let status: Status
  let hasBreach: Bool
  let isStopped: Bool
  let hasProblems: Bool

  var violations: [String] {
    status(status) + bounds + success + scenario.members.flatMap { account(of: $0.node.name) }
  }

  private func status(_ status: Status) -> [String] {
    trace.ended == status && status == expected
      ? [] : ["the status is \(status.name), and \(expected.name) by what happened"]
  }

  /// The status that the results call for.
  private var expected: Status {
    if trace.parts.values.contains(where: { $0.rollback?.hasPassed == false }) { return .rollbackFailed }
    if let (phase, failure) = trace.firstFailure, ![.cancelled, .breach].contains(failure.kind) {
      return phase.failure
    }
    if trace.hasInterludeFailed { return .gateFailed }
    if hasBreach { return .probeBudgetSpent }
    return isStopped && !trace.isWhole ? .fatalError : .success
  }

  private var bounds: [String] {
    (state.operations > 50_000 || trace.count > 50_000 ? ["\(trace.count) events, \(state.operations) operations"] : [])
      + trace.parts.filter { $0.value.phase != nil }.map { "\($0.key): \($0.value.phase?.title ?? "") has not ended" }
  }

  private var success: [String] {
    if status != .success {
      guard scenario.isUndisturbed, !hasProblems else { return [] }
      return ["\(status.name), and nothing went wrong: \(trace.firstFailure.map { "\($0)" } ?? "")"]
    }
    return state.members.values.flatMap { member -> [String] in
      let name = member.node.name
      guard !member.isDead else { return [] }
      if !member.isUpgraded { return ["\(name): SUCCESS, and it is not upgraded"] }
      let isNoticeable = member.isVisible(toBalancer: scenario.balancerTells) && member.failedByItself == nil
      let isSilent = isNoticeable && !member.isHealthy
      return isSilent ? ["\(name): SUCCESS, and it does not serve"] : []
    }
  }

  /// A node from which something was taken has it back, is upgraded, or is named.
  private func account(of name: String) -> [String] {
    guard let part = trace.parts[name], let member = state.members[name] else { return ["\(name): lost"] }
    var violations: [String] = []
    let isTakenBack = part.rollback != nil
    if part.rollback?.hasPassed == false, !part.isStranded {
      violations.append("\(name): could not be taken back, and is not named")
    }
    if !part.undo.isEmpty {
      if trace.isRollbackBreach, !isTakenBack { violations.append("\(name): not taken back after the breach") }
      let isAccountedFor = part.isStranded || member.isDead || member.isUpgraded || member.isAsBefore
      if !isAccountedFor { violations.append("\(name): neither upgraded nor as before, and not named") }
    }
    if isTakenBack, scenario.policy == .none, !trace.isRollbackBreach, !part.wasLeft {
      violations.append("\(name): taken back, and --rollback says none")
    }
    return violations
  }
}
