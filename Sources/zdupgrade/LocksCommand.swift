import ArgumentParser
import Foundation
import Records
import Upgrade

/// Tells who holds the nodes.
struct LocksCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "locks", abstract: "Show which run holds the lock of each node, since when and from where.",
    discussion: "Changes nothing. A lock stays until its run ends, or 'unlock' removes it: no time-out frees a node.")

  @OptionGroup var fleet: FleetArguments

  @Option(name: .customLong("format"), help: "text, or json for one document.")
  var format = OutputFormat.text

  mutating func run() async throws {
    let hosts = try fleet.fleet()
    let logins = try fleet.logins(for: hosts)
    let nodes = Assembly.nodes(of: hosts, logins: logins)
    let handler = try Assembly.becoming(nodes, in: hosts, password: logins.becomePassword)
    let answers = await LockSurvey(handler: handler).look(
      at: hosts.commanded.map(\.name), forks: try fleet.forks(for: hosts))
    await nodes.disconnect()
    let lives = LocalLives(logDir: fleet.logDir)
    let locks = answers.map { LockLine($0, lives) }
    try format.show(locks) { TextColumns.lines([LockLine.heading] + locks.map(\.cells)) }
    let unknown = locks.filter { $0.state == .unknown }
    for lock in unknown { Console.progress([PlainText.oneLine("\(lock.node): \(lock.problem ?? "")")]) }
    if !unknown.isEmpty { throw ExitCode(Status.fatalError.code) }
  }
}
