import ArgumentParser
import Axway
import Foundation
import Records
import Rehearsal
import Synchronization
import Upgrade

/// Rehearses an upgrade on this machine.
struct RehearseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rehearse",
    abstract:
      "Run the very same plan against a lab of the same shape on this machine, and print what the night would be.",
    discussion: """
      It takes the command line of 'run'. The lab has the topology's names, groups, floors and kind of load balancer, a real \
      sshd for each node and simulated gateways; the topology's nodes, balancers, URLs and commands are not touched, and \
      no secret is read. Times are those of the night: what steps take is known from --durations, or assumed.

      Steps of --fault: export, upgrade, stop, nodemanager-stop, apply, start, nodemanager-start, and of a rollback \
      new-stop, new-nodemanager-stop, old-nodemanager-start, old-start. Kinds: fail[:CODE][:TEXT], crash[:SECONDS], \
      unhealthy, broken, refuse[:CODE], drop[:continue], warn[:TEXT], slow:SECONDS, chatter[:KIB].

      Exit code: without --fault that of the rehearsed run; with it 0 when each fault was met, else 80.
      """)

  @OptionGroup(title: "Rehearsal") var rehearsal: RehearseArguments
  @OptionGroup var roll: RollArguments

  @Option(name: .customLong("rollback"), help: "As for 'run': all, node or none.")
  var rollback = RollbackPolicy.all

  @Option(name: .customLong("log_dir"), help: "The folder of the logs, where --durations finds an earlier run.")
  var logDir = "logs"

  @Option(name: .customLong("format"), help: "text, or json for one document, with all times in seconds.")
  var format = OutputFormat.text

  @Flag(name: .customLong("quiet"), help: "Tell nothing of the rehearsed run's progress.")
  var isQuiet = false

  // So that a command line of 'run' can be taken as it is.
  @Flag(name: .customLong("yes"), help: .hidden) var isAnswered = false
  @Option(name: .customLong("reason"), help: .hidden) var reason: String?

  mutating func run() async throws {
    let draft = try RehearsalDraft(roll, rehearsal, logDir: logDir)
    let program = try StageProgram()
    let folders = try RehearsalFolders()
    var isKept = false
    defer { if !isKept { folders.remove() } }
    var order = try draft.order(
      roll, rollback, faults: rehearsal.faults, logs: folders.logs, directory: folders.lab)
    order.folderToRemove = rehearsal.isKeeping ? nil : folders.own
    let ordered = order
    tell(draft)
    let account = try await Self.untilStopped { [isQuiet] in
      try await program.rehearse(ordered) { line in if !isQuiet { Console.progress([line]) } }
    }
    let entries = try Self.entries(in: folders.logs, account)
    isKept = rehearsal.isKeeping
    let report = try await RehearsalReport(
      draft, entries, account, faults: rehearsal.faults, differences: draft.differences(roll),
      logs: rehearsal.isKeeping ? folders.logs : nil)
    try format.show(report) { report.lines(allNodes: roll.showsAllNodes) }
    try report.check()
  }

  /// The journal of the rehearsed run.
  ///
  /// - Throws: `Failure` when there is none: the run has not begun.
  private static func entries(in logs: String, _ account: RehearsalAccount) throws -> [JournalEntry] {
    guard let folder = (try? RunFolder.all(in: logs))?.first else {
      throw Failure(
        .exit, "rehearse: the run did not begin, and ended with exit code \(account.exitCode)",
        remedy: "see what it said above; with --quiet it is not shown")
    }
    var entries: [JournalEntry] = []
    _ = try JournalReader(folder.journal).read { entries.append($0) }
    return entries
  }

  private func tell(_ draft: RehearsalDraft) {
    guard !isQuiet else { return }
    Console.progress([
      "rehearse: a lab of \(draft.topology.nodes.count) nodes behind a real \(draft.stage.balancer.title), at \(draft.speed) times "
        + "the night's speed; nothing else is connected to"
    ])
  }

  /// Does `work`, which the first SIGINT or SIGTERM ends; it is waited for then.
  ///
  /// - Throws: `ExitCode` of 128 and the signal's number when one came; what `work` throws.
  private static func untilStopped<T: Sendable>(_ work: @escaping @Sendable () async throws -> T) async throws -> T {
    let code = Mutex<Int32?>(nil)
    let task = Task { try await work() }
    let signals = await StopSignals {
    } endAtOnce: { _ in
      _ = await task.result
    } _: { name in
      Console.complain("\(name): the lab is taken down")
      code.withLock { $0 = 128 + (name == "SIGINT" ? SIGINT : SIGTERM) }
      task.cancel()
    }
    defer { signals.end() }
    let result = await task.result
    if let code = code.withLock({ $0 }) { throw ExitCode(code) }
    return try result.get()
  }
}

/// The folders of one rehearsal, beside those for other temporary files.
private struct RehearsalFolders {
  /// What is removed behind it.
  let own: String
  /// The lab's, which is not there yet.
  let lab: String
  /// That of the run's logs.
  var logs: String { "\(own)/logs" }

  /// Makes the folder for the logs.
  ///
  /// - Throws: `Failure` of kind `.io`.
  init() throws(Failure) {
    let chosen = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
    let parent = chosen.isEmpty ? "/tmp" : chosen
    let name = String(UInt64.random(in: 0x1000_0000 ... .max), radix: 16)
    (own, lab) = ("\(parent)/zdupgrade-rehearsal-\(name)", "\(parent)/zdulab-\(name)")
    guard mkdir(own, 0o700) == 0 else {
      throw Failure(.io, "rehearse: \(own): cannot be made: \(String(cString: strerror(errno)))", remedy: "set TMPDIR")
    }
  }

  func remove() { try? FileManager.default.removeItem(atPath: own) }
}
