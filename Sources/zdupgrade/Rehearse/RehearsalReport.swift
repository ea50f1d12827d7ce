import ArgumentParser
import Axway
import Foundation
import Rehearsal
import Report
import Upgrade

/// What a rehearsal has shown: one value is the text and the JSON document; in that, times are seconds, and what is not
/// known is left out.
struct RehearsalReport: Encodable {
  /// How long a step was taken to take.
  struct DurationEntry: Encodable {
    let step: RehearsalStep
    let seconds: Double
    let nodes: [String: Double]
    let source: StepDurations.Source
  }

  /// A fault that was asked for.
  struct FaultEntry: Encodable {
    let fault: String
    let isMet: Bool
  }

  let topology: String
  let loadBalancer: RehearsalTopology.Balancer
  let speed: Int
  let durations: [DurationEntry]
  /// Nil where the run did not end.
  let status: Status?
  let exitCode: Int32
  let night: RehearsedNight
  let stands: [RehearsedStand]
  let faults: [FaultEntry]
  let next: [NextStep]
  /// The nodes that were taken back, and those that could not be.
  let rolledBack: [String]
  let rollbackFailed: [String]
  let notUndone: [String]
  /// How many steps the plan has that is rehearsed and ordered.
  let steps: Int
  /// Where the rehearsed plan is another one than the operator's: nowhere, or the rehearsal is none.
  let planDifferences: [String]
  /// Whether the night fits into the change window; nil where there is none.
  let window: String?
  let differences: [String]
  /// The folder of the rehearsed run's logs; nil where they are not kept.
  let logs: String?
  /// What the run itself said at its end.
  private let summary: [String]
  private let allSummary: [String]

  private enum CodingKeys: CodingKey {
    case topology, loadBalancer, speed, durations, status, exitCode, night, stands, faults, next, rolledBack
    case rollbackFailed, notUndone, steps, planDifferences, window, differences, logs
  }

  /// The report on a rehearsal of `draft`, whose run has these journal `entries`.
  ///
  /// - Throws: `Failure` when the lab's topology cannot be read.
  init(
    _ draft: RehearsalDraft, _ entries: [JournalEntry], _ account: RehearsalAccount, faults: [String],
    differences: [String], logs: String?
  ) async throws {
    topology = draft.file ?? "the reference topology"
    (loadBalancer, speed) = (draft.stage.balancer, draft.speed)
    durations = RehearsalStep.allCases.compactMap { step in
      draft.durations.entries[step].map {
        DurationEntry(step: step, seconds: $0.seconds, nodes: $0.nodes, source: $0.source)
      }
    }
    var outcome = RunOutcome()
    let report = RunReport()
    for entry in entries {
      outcome.apply(entry.event)
      await report.read(entry.event)
    }
    (status, exitCode) = (outcome.status, account.exitCode)
    night = RehearsedNight(
      entries, account, draft.durations, speed: draft.speed, bake: draft.options.waves.bake)
    let lab = try TopologyBuilder.topology(
      json: JSONEncoder().encode(account.topology), file: "the lab's topology", folder: "/")
    let standIns = StandIns(lab: lab, real: draft.topology, draft.options)
    let known = account.status.flatMap { try? JSONDecoder().decode(StatusDocument.self, from: $0) }
    stands = RehearsedStand.all(night, account, known)
    next = (known?.next ?? []).map(\.forOperator)
    self.faults = faults.map { FaultEntry(fault: $0, isMet: account.metFaults.contains($0)) }
    let back = outcome.results.entries.filter { $0.phase == .rollback }
    rolledBack = back.filter(\.result.hasPassed).map(\.node)
    rollbackFailed = back.filter { !$0.result.hasPassed }.map(\.node)
    notUndone = outcome.notUndone
    let ordered = PlanOutline(draft.plan)
    steps = ordered.stepCount
    planDifferences =
      draft.stage.differences(fromBalancerOf: lab)
      + (outcome.plan.map { PlanOutline($0, standIns).differences(from: ordered) } ?? [])
    let needed = RehearsedNight.needed(night.total)
    window = draft.window.map { $0.line(for: needed, from: Date()) }
    (self.differences, self.logs) = (differences, logs)
    summary = await report.lines().map(standIns.real)
    allSummary = await report.lines(allNodes: true).map(standIns.real)
  }

  /// Ends the program with the rehearsal's exit code.
  ///
  /// - Throws: `ExitCode` other than 0; `Failure` when it was no rehearsal of the operator's plan.
  func check() throws {
    guard planDifferences.isEmpty else {
      throw Failure(
        .refused, "rehearse: the rehearsed plan is not yours (\(planDifferences.joined(separator: "; ")))",
        remedy: "take it for nothing, and report this as a bug")
    }
    let isAsExpected = faults.isEmpty ? exitCode == 0 : faults.allSatisfy(\.isMet)
    guard !isAsExpected else { return }
    for fault in faults where !fault.isMet {
      Console.complain(
        "rehearse: the fault '\(PlainText.oneLine(fault.fault))' was not met: the run did not come to it")
    }
    throw ExitCode(faults.isEmpty ? exitCode : Status.fatalError.code)
  }
}

// The text.
extension RehearsalReport {
  /// The report in lines; with `allNodes` each node has its row, however many there are.
  func lines(allNodes: Bool) -> [String] {
    [
      "Rehearsal of \(PlainText.oneLine(topology)) at \(speed) times the night's speed, behind a real \(loadBalancer.title)",
      "",
    ]
      + (summary.isEmpty ? ["the run did not come to its end: exit code \(exitCode)"] : allNodes ? allSummary : summary)
      + section("The night", times) + section("Nodes", nodeTable(allNodes)) + section("Requests", requests)
      + (exitCode == 0 && faults.isEmpty ? [] : consequences(allNodes))
      + section("Taken to take", durationTable) + section("Otherwise than in the night", differences)
      + section("Plan", planLines) + section("Records", records)
  }

  private var times: [String] {
    let phases = night.phases.map { "\($0.phase) \(TimeText.length($0.seconds))" }
    return ["total \(TimeText.length(night.total)) (here \(TimeText.length(night.rehearsed)))"]
      + (phases.isEmpty ? [] : [phases.joined(separator: ", ")]) + [window].compactMap { $0 }
  }

  /// Of many nodes those that were out for the longest are shown.
  private func nodeTable(_ allNodes: Bool) -> [String] {
    let isFolded = !allNodes && night.nodes.count > FleetSize.readable
    let sorted = night.nodes.sorted { $0.outOfBalancer ?? 0 > $1.outOfBalancer ?? 0 }
    let shown = isFolded ? Array(sorted.prefix(10)) : night.nodes
    let phases = night.phases.map(\.phase)
    let rows = shown.map { node in
      [
        node.node, Self.text(node.outOfBalancer) + (node.isOutAtEnd ? ", still out" : ""), Self.text(node.drain),
      ] + phases.map { phase in Self.text(node.phases.last { $0.phase == phase }?.seconds) }
    }
    return TextColumns.lines([["NODE", "OUT OF BALANCER", "DRAIN"] + phases] + rows)
      + (isFolded ? ["the other \(night.nodes.count - shown.count) were out for less; --all_nodes shows them"] : [])
  }

  private var requests: [String] {
    night.traffic.flatMap { group in
      let name = "'\(group.group)' (\(group.instances) instance\(group.instances == 1 ? "" : "s"))"
      let interrupted = group.interruption.map { "; it would be interrupted for \(TimeText.length($0))" } ?? ""
      return ["\(name): \(group.requests) requests, \(group.failed) failed\(interrupted)"]
        + group.reasons.map { "  failed with: \($0)" }
    }
  }

  private func consequences(_ allNodes: Bool) -> [String] {
    let isFolded = !allNodes && stands.count > FleetSize.readable
    let shown = isFolded ? stands.filter(\.isTouched) : stands
    let faults = faults.map { "fault \($0.fault): \($0.isMet ? "met" : "not met")" }
    let table = TextColumns.lines([RehearsedStand.heading] + shown.map(\.cells))
    let back =
      rolledBack.isEmpty && rollbackFailed.isEmpty
      ? ["taken back: nothing"]
      : (rolledBack.isEmpty ? [] : ["taken back: \(rolledBack.listedInOrder)"])
        + (rollbackFailed.isEmpty ? [] : ["NOT taken back: \(rollbackFailed.listed)"])
    return section("Where it leaves things", ["exit code \(exitCode)\(status.map { " (\($0.name))" } ?? "")"] + faults)
      + [""] + table.map { "  " + $0 } + (isFolded ? ["  on the others nothing was done but EXPORT and UPGRADE"] : [])
      + [""]
      + back.map { "  " + PlainText.oneLine($0) }
      + next.map { "  next: \(PlainText.oneLine("'\($0.command)' \($0.effect)"))" }
      + (next.isEmpty ? ["  next: nothing"] : [])
  }

  private var durationTable: [String] {
    TextColumns.lines(
      durations.map { entry in
        let own = entry.nodes.sorted { $0.key < $1.key }.filter { $0.value != entry.seconds }
        let shown = own.prefix(5).map { "\($0.key) \(TimeText.length($0.value))" }
        let more = own.count > shown.count ? ["\(own.count - shown.count) nodes more"] : []
        return [
          entry.step.rawValue, TimeText.length(entry.seconds), entry.source.rawValue,
          (shown + more).joined(separator: ", "),
        ]
      })
  }

  private var planLines: [String] {
    planDifferences.isEmpty
      ? [
        "its \(steps) steps are those of 'zdupgrade plan --offline', compared one by one but for folders and addresses"
      ]
      : ["IT IS NOT YOURS:"] + planDifferences
  }

  private var records: [String] {
    guard let logs else { return ["removed; --keep keeps them"] }
    return [
      "zdupgrade report --log_dir \(ShellQuoting.quote(logs)) --output rehearsal.html  # its times are those of the lab"
    ]
  }

  private func section(_ title: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["", "\(title):"] + lines.map { "  " + PlainText.oneLine($0) }
  }

  private static func text(_ seconds: Double?) -> String { seconds.map(TimeText.length) ?? "-" }
}

extension RehearsedNight {
  fileprivate static func needed(_ seconds: Double) -> Duration { .milliseconds(Int(seconds * 1000)) }
}

extension ChangeWindow {
  /// Whether what takes as long as `needed` fits, when it is begun as early as can be at `now`.
  fileprivate func line(for needed: Duration, from now: Date) -> String {
    let begin = max(now, opens ?? now)
    let end = begin.addingTimeInterval(Double(needed.components.seconds))
    guard let closes else { return "change window: \(description); it would end at \(text(end))" }
    let fits = verdict(at: begin, for: needed) == .fits
    return "change window: \(description); begun at \(text(begin)) it would end at \(text(end)): "
      + (fits ? "it fits" : "TOO LATE by \(TimeText.length(end.timeIntervalSince(closes)))")
  }
}
