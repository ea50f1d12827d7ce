import ArgumentParser
import Records
import Upgrade

/// The part of an upgrade that this process does: it has the nodes locked meanwhile, writes all down, and says at the end
/// what came of it. `run` begins an upgrade, `resume` and `rollback` go on with one.
struct UpgradeRun {
  let order: any RunOrder
  let records: RunRecords
  let control: RunControl
  let assembly: Assembly
  private let locks: NodeLocks
  private let report = RunReport()
  private let shown: ProgressArguments
  private let live: LiveView?

  /// A part of the run of `records`; nothing is connected to yet.
  init(
    _ order: any RunOrder, _ records: RunRecords, _ control: RunControl, _ shown: ProgressArguments
  ) throws(Failure) {
    self.shown = shown
    live = shown.isLive ? LiveView(records.folder, records.origin, control) : nil
    self.order = order
    self.records = records
    self.control = control
    assembly = try Assembly(
      order.fleet, logins: order.logins, probes: order.probes, notices: (order.notices, records.origin),
      readers: [
        records.journal, Console(for: order.fleet.hosts.count, shown.detail), records.runLog, records.nodeLogs, report,
        PausePrompt(control, screen: live),
      ] + (shown.format == .json ? [EventLines()] : []) + [live].compactMap { $0 })
    locks = assembly.locks(
      of: records.id, LockHolder(records.origin, order.reason), reconnectingFor: order.reconnectTime, control: control)
  }

  /// Does `work` with the nodes locked - but for those that could not be asked, which it is told of - and prints what came
  /// of it. However it ends, the locks are given back, the connections are ended, and the journal says so.
  ///
  /// - Throws: `ExitCode` for a status other than 0; what `work` throws.
  func perform(takingOver takeOver: NodeLocks.TakeOver = .nobody, _ work: ([Problem]) async throws -> Status)
    async throws
  {
    if !shown.isQuiet { Console.progress(["run: \(records.id)", "log: \(records.runLog.path)"]) }
    let signals = await stopSignals()
    defer { signals.end() }
    let status: Status
    let logins = Task { [assembly, order] in await assembly.connectAhead(forks: order.forks) }
    do {
      status = try await work(
        FleetLock.take(locks, for: records.origin, in: order.logDir, forks: order.forks, takingOver: takeOver))
    } catch {
      logins.cancel()
      await logins.value
      await locks.release()
      await assembly.close()
      if let failure = error as? Failure { await records.runLog.write([PlainText.oneLine(failure.description)]) }
      await records.journal.end(.fatalError)
      throw error
    }
    await assembly.notifier?.finish()
    await assembly.close()
    try await tell(status)
  }

  /// Takes in what an earlier process did of the run.
  func replay(_ events: [Event]) async {
    for event in events {
      await report.read(event)
      await assembly.notifier?.replay(event)
      live?.replay(event)
    }
  }

  /// Walks `plan`, or what is left of it behind `progress`, and frees the nodes at its end.
  ///
  /// - Parameter longestNode: the longest that a node has taken so far; nil when none is done.
  func conduct(
    _ plan: Plan, resuming progress: Progress = Progress(), longestNode: Duration? = nil
  ) async -> Status {
    let screen = live?.begin() == true ? live : nil
    defer { screen?.end() }
    let jobs = assembly.jobs(
      of: records.id, reconnectingFor: order.reconnectTime, heard: progress.heard)
    let conductor = assembly.conductor(
      of: order, jobs: jobs, control: control, lock: locks,
      window: order.window.map {
        WindowPrompt.keeping($0, continuation: resumption, isAsking: !order.isAnswered, on: screen)
      })
    await conductor.untilWindowOpens()
    await assembly.traffic.begin { await conductor.react(to: $0) }
    return await conductor.run(plan, resuming: progress, longestNode: longestNode) {
      await assembly.traffic.end()
      await locks.release()
    }
  }

  /// Refuses to begin because of `problems`, if there are any.
  ///
  /// - Throws: `ExitCode`.
  func refuse(_ problems: [Problem]) async throws {
    guard !problems.isEmpty else { return }
    await records.runLog.write(
      ["nothing was changed, because of:"] + problems.map { PlainText.oneLine($0.description) })
    try Self.refuse(problems)
  }

  /// Says why nothing is begun, if there is a reason.
  ///
  /// - Throws: `ExitCode`.
  static func refuse(_ problems: [Problem]) throws {
    guard !problems.isEmpty else { return }
    let count = problems.count == 1 ? "a problem" : "\(problems.count) problems"
    Console.complain("nothing was changed: \(count)")
    Console.progress(problems.map { "  " + PlainText.oneLine($0.description) })
    throw ExitCode(Status.fatalError.code)
  }

  private func tell(_ status: Status) async throws {
    await records.runLog.write(await report.lines(allNodes: true))
    if shown.format == .text { Console.result(await report.lines(allNodes: order.showsAllNodes)) }
    if let failure = await records.failure {
      Console.complain("the records are not complete: \(failure.description)")
    }
    if status.code != 0 { throw ExitCode(status.code) }
  }

  /// The command line that goes on with the run.
  private var resumption: String {
    "\(order.resumeCommand) \(records.id)"
      + (order.logDir == "logs" ? "" : " --log_dir \(ShellQuoting.quote(order.logDir))")
  }

  /// The first SIGINT or SIGTERM ends the run behind the node that is in hand, the second at once.
  private func stopSignals() async -> StopSignals {
    await StopSignals {
      await control.goOn()
    } endAtOnce: { signal in
      await assembly.endAtOnce(
        because: "ended at once, since \(signal) was received again; what runs on the nodes runs on there, and "
          + "'\(resumption)' goes on from there")
    } _: { signal in
      Console.complain(
        "\(signal): the node in hand is put back if it still drains, else finished, then the run ends; again: end at once"
      )
      await control.stop(because: "\(signal) was received")
    }
  }
}
