import Records
import Upgrade

/// A run of the past in the hands of this process.
struct ContinuedRun {
  /// What this process does of it.
  let run: UpgradeRun
  /// How far it had come when it was taken up.
  let progress: Progress
  /// The longest that a node has taken so far; nil when none is done.
  let longestNode: Duration?
  private let past: PastRun
  private let order: any ResumableOrder
  private let continuation: Continuation

  /// Takes `past` up; from now on no other process can.
  ///
  /// - Throws: `Failure` of kind `.refused` when a living process goes on with it.
  init(
    _ past: PastRun, _ order: any ResumableOrder, as continuation: Continuation, _ shown: ProgressArguments,
    isConsentGiven: Bool = false
  ) async throws {
    let control = RunControl(onBreach: order.probes.reaction, isConsentGiven: isConsentGiven)
    let events = PastEvents()
    let records = try await RunRecords.resume(
      past.folder, nodes: order.fleet.nodes, past: events, control: control)
    run = try UpgradeRun(order, records, control, shown)
    await run.replay(events.events)
    (progress, longestNode) = (events.progress, events.longestNode)
    (self.past, self.order) = (past, order)
    self.continuation = continuation
  }

  /// Shows what is done when the nodes that `choose` tells are taken back, and does it when the operator wants it.
  ///
  /// - Parameter isConfirmed: whether the operator has said so.
  /// - Throws: `Failure`, and what `perform` and `choose` throw.
  func takeBack(isConfirmed: Bool, _ choose: () throws -> [String]) async throws {
    let nodes: [String]
    do {
      nodes = try choose()
      Console.result(
        PlanText(past.plan, balancer: run.order.fleet.balancerDriver).rollback(of: nodes, begun: progress.begun))
      try Prompt.confirm("Take back \(nodes.listedInOrder)?", isConfirmed: isConfirmed)
    } catch {
      await run.assembly.close()
      throw error
    }
    try await perform(needing: Set(nodes)) { plan, progress in
      let event = Event.takingBack(nodes)
      await run.assembly.journal.record(event)
      return await run.conduct(plan, resuming: Progress(progress, and: event))
    }
  }

  /// Locks the nodes, asks them how far they are, and does `work` behind what is then known.
  ///
  /// - Parameters:
  ///   - needed: the nodes that work will be done on; nil for those where something is left to do.
  ///   - replan: makes another plan of it before; nil where it is the same.
  ///   - work: is told the plan, and how far it has come.
  /// - Throws: `ExitCode` when one of them cannot be asked, and what `replan` and `work` throw.
  func perform(
    needing needed: Set<String>? = nil, by replan: Replan? = nil, _ work: (Plan, Progress) async throws -> Status
  ) async throws {
    try await run.perform(takingOver: .sameRun) { unlocked in
      var progress = progress
      func record(_ event: Event) async {
        progress.apply(event)
        await run.assembly.journal.record(event)
      }
      // Where it is refused, or not wanted, the run is not gone on with, and keeps its end.
      let change = try await replan?.change(behind: progress, of: run)
      await record(.continued(run.records.origin, continuation))
      if let change { await record(.replanned(change)) }
      let plan = progress.plan ?? past.plan
      let found = try await order.lookAgain(by: run.assembly, as: continuation, plan, progress)
      let needed = needed ?? progress.unfinishedNodes
      try await run.refuse(
        (found.problems + FleetLock.unnamed(unlocked, in: found.problems)).filter { needed.contains($0.node ?? "") })
      for event in found.beliefs { await record(event) }
      return try await work(plan, progress)
    }
  }
}
