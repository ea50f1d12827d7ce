import Foundation
import Records
import Release
import Upgrade

/// Everything that a run leaves on the control node: its journal, its log and the nodes' logs.
struct RunRecords {
  /// The run.
  let id: RunID
  /// Who runs it, and from where.
  let origin: RunOrigin
  /// Its folder.
  let folder: RunFolder
  /// The journal, which must be the first reader of the events.
  let journal: JournalFile
  /// The run's log.
  let runLog: RunLog
  /// The nodes' logs.
  let nodeLogs: NodeLogs

  /// The records of a run on `nodes` that begins now, in `folder`; that they can be written is proven.
  ///
  /// - Parameter control: is told to stop the run when its journal can be written no more.
  /// - Throws: `Failure` of kind `.io`.
  static func begin(in folder: String, nodes: [Node], control: RunControl) async throws(Failure) -> RunRecords {
    let id = RunID(Date(), bits: .random(in: 0...UInt16.max))
    let logs = try LogFolder(folder, time: id.time)
    let origin = origin(id, nodes)
    let runFolder = try RunFolder.make(id, in: folder)
    let journal = try await JournalFile.begin(in: runFolder, origin) {
      Date()
    } onEntry: { number in
      CrashPoint.pass(number)
    } onFailure: { failure in
      await stop(control, failure)
    }
    return try await records(origin, runFolder, logs, journal)
  }

  /// The records of the run in `folder`, which this process goes on with; `past` takes in what they hold.
  ///
  /// - Throws: `Failure` of kind `.refused` when a living process goes on with it, or the journal is broken; `.io`.
  static func resume(
    _ folder: RunFolder, nodes: [Node], past: PastEvents, control: RunControl
  ) async throws -> RunRecords {
    let origin = origin(folder.id, nodes)
    let logs = try LogFolder(folder.logFolder, time: folder.id.time, isContinued: true)
    let journal = try await JournalFile.resume(in: folder) {
      Date()
    } onEntry: { number in
      CrashPoint.pass(number)
    } onFailure: { failure in
      await stop(control, failure)
    } known: { entry in
      past.take(entry)
    }
    let records = try await records(origin, folder, logs, journal)
    for event in past.events { await records.nodeLogs.replay(event) }
    return records
  }

  private static func origin(_ id: RunID, _ nodes: [Node]) -> RunOrigin {
    RunOrigin(
      run: id, version: Release.name, host: ProcessInfo.processInfo.hostName, processID: getpid(),
      user: NSUserName(), nodes: nodes.map(\.name), hosts: nodes.map(\.host))
  }

  private static func stop(_ control: RunControl, _ failure: Failure) async {
    Console.complain("\(failure.description); the run ends at the next safe point")
    await control.stop(because: "the journal cannot be written: \(failure.message)")
  }

  private static func records(
    _ origin: RunOrigin, _ folder: RunFolder, _ logs: LogFolder, _ journal: JournalFile
  ) async throws(Failure) -> RunRecords {
    do {
      return RunRecords(
        id: origin.run, origin: origin, folder: folder, journal: journal, runLog: try RunLog(logs) { Date() },
        nodeLogs: try NodeLogs(logs, nodes: origin.nodes))
    } catch {
      await journal.end(.fatalError)
      throw error
    }
  }

  /// Why the records are not complete; nil as long as everything was written.
  var failure: Failure? {
    get async { await [journal.failure, runLog.failure, nodeLogs.failure].lazy.compactMap { $0 }.first }
  }
}
