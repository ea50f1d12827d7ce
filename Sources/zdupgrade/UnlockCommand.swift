import ArgumentParser
import Foundation
import Records
import Upgrade

/// Removes the locks that a dead run left.
struct UnlockCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unlock", abstract: "Remove the locks of a run that is dead; those of other runs stay.",
    discussion: """
      A run is known to be dead where it ran: on the same host, by its journal. 'resume' takes over its locks itself, so \
      unlock only what is to be given up. A living run whose locks are removed with --force stops before its next act.
      """)

  @OptionGroup var fleet: FleetArguments

  @Option(name: .customLong("run"), help: "The run's id, as 'locks' shows it.")
  var id: String

  @Flag(
    name: .customLong("force"),
    help: "Also when the run lives, nobody here knows whether it does, or a command of it still runs on a node.")
  var isForced = false

  mutating func run() async throws {
    let run = try runID()
    let hosts = try fleet.fleet()
    // Held until all is removed, so that the run cannot be gone on with meanwhile.
    let claim = isForced ? nil : try Self.claim(run, in: fleet.logDir)
    let logins = try fleet.logins(for: hosts)
    let nodes = Assembly.nodes(of: hosts, logins: logins)
    let handler = try Assembly.becoming(nodes, in: hosts, password: logins.becomePassword)
    let forks = try fleet.forks(for: hosts)
    let names = hosts.commanded.map(\.name)
    let busy = isForced ? [] : await Self.busy(names, with: run, by: handler, forks: forks)
    let answers = busy.isEmpty ? await LockSurvey(handler: handler).unlock(run, on: names, forks: forks) : []
    await nodes.disconnect()
    guard busy.isEmpty else { throw Self.underWay(run, on: busy) }
    withExtendedLifetime(claim) {}
    Console.result(answers.map { PlainText.oneLine("\($0.node): \(Self.text($0.answer))") })
    let isKnown = answers.allSatisfy { (try? $0.answer.get()).map { !$0.isRefusal } == true }
    if !isKnown { throw ExitCode(Status.fatalError.code) }
  }

  /// The run that is meant: one of the log folder by its beginning, or any by its whole id.
  private func runID() throws(Failure) -> RunID {
    if let run = RunID(id) { return run }
    return try RunFolder.find(id, in: fleet.logDir).id
  }

  /// A claim on the journal of `run`, which proves that no process goes on with it.
  ///
  /// - Throws: `Failure` of kind `.refused` when it lives, or nobody here knows.
  private static func claim(_ run: RunID, in logDir: String) throws(Failure) -> JournalClaim {
    let force = "or add --force: if it lives, it stops before its next act"
    let host = ProcessInfo.processInfo.hostName
    guard let folder = try? RunFolder.find(run.text, in: logDir) else {
      throw Failure(
        .refused, "run \(run): its journal is not in \(logDir), so nobody here knows whether it lives",
        remedy: "give its --log_dir on the host it ran on, \(force)")
    }
    switch RunLife(folder, from: host) {
    case .running(let origin): throw living(origin, force)
    case .dead(let origin):
      guard let claim = JournalClaim(folder) else { throw living(origin, force) }
      return claim
    case .elsewhere(let origin):
      throw Failure(
        .refused, "run \(run): it ran on \(origin.host), so nobody here knows whether it lives",
        remedy: "run this there, \(force)")
    case .unreadable(let failure):
      throw Failure(.refused, "run \(run): nobody knows whether it lives: \(failure.message)", remedy: force)
    }
  }

  /// Those of `nodes` on which commands of `run` go on though it is dead; one that does not say is not unlocked either.
  private static func busy(
    _ nodes: [String], with run: RunID, by handler: any CommandHandler, forks: Int
  ) async -> [String] {
    let counts = await nodes.concurrentMap(atOnce: forks) { node in
      (try? await DetachedRunner(handler: handler).running(of: run, on: node)) ?? 0
    }
    return zip(nodes, counts).filter { $1 > 0 }.map(\.0)
  }

  private static func underWay(_ run: RunID, on nodes: [String]) -> Failure {
    Failure(
      .refused, "run \(run): nothing was unlocked: a command of it still runs on \(nodes.joined(separator: ", "))",
      remedy:
        "follow it with 'zdupgrade resume \(run)', end it with 'zdupgrade rollback \(run)', wait until it has ended, "
        + "or add --force")
  }

  private static func living(_ origin: RunOrigin, _ force: String) -> Failure {
    Failure(
      .refused, "run \(origin.run) lives: it is process \(origin.processID) of \(origin.user) on this host",
      remedy: "end it with 'kill -INT \(origin.processID)', \(force)")
  }

  private static func text(_ answer: Result<LockState, Failure>) -> String {
    switch answer {
    case .success(.removed): "unlocked"
    case .success(.free), .success(.mine): "was not locked"
    case .success(.held(let lock)): "left alone: locked by \(lock)"
    case .success(.refused(let reason)): "not unlocked: \(reason)"
    case .failure(let failure): "not unlocked: \(failure.description)"
    }
  }
}

extension LockState {
  fileprivate var isRefusal: Bool { if case .refused = self { true } else { false } }
}
