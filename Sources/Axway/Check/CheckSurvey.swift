import Foundation
import Upgrade

/// Looks at all nodes, at the load balancer and at the health checks, and says which preconditions of the upgrade hold. It
/// changes nothing, and leaves nothing on the nodes.
public struct CheckSurvey: Sendable {
  private let preflight: Preflight
  private let runner: CommandRunner
  private let locks: LockSurvey
  private let jobs: DetachedRunner

  /// A survey by these ports.
  public init(preflight: Preflight, runner: CommandRunner, locks: LockSurvey, jobs: DetachedRunner) {
    self.preflight = preflight
    self.runner = runner
    self.locks = locks
    self.jobs = jobs
  }

  /// What was found, and how each node was found.
  public struct Report: Sendable {
    /// All checks that need the nodes.
    public let checks: [Check]
    /// How each node was found.
    public let observed: [String: Observation]
  }

  /// Looks at the nodes of `planner`, `forks` at a time.
  ///
  /// - Parameter logins: how each node is logged in to, in words.
  /// - Throws: `Failure` of kind `.refused` when a node has no installation.
  public func report(
    _ planner: Planner, of topology: Topology, _ options: UpgradeOptions, logins: [String: String], forks: Int
  ) async throws -> Report {
    let found = try await preflight.report(
      planner, forks: forks,
      look: { node in
        .everything(
          NodeLook.Everything(
            cassandra: CassandraAddress(options.cassandra), wantsTopology: node.nodeManager == .admin))
      })
    let builders = try planner.builders().filter { found.facts[$0.node.name] != nil }
    let asked = await builders.concurrentMap(atOnce: forks) { await ask($0.node, $0.commands, found.facts) }
    let answers = Dictionary(uniqueKeysWithValues: zip(builders.map(\.node.name), asked))
    var checks: [Check] = []
    for node in topology.nodes {
      checks += found.checks(on: node.name).map { Self.withLogin($0, logins[node.name]) }
      if let facts = found.facts[node.name], let answer = answers[node.name] {
        checks += judged(node, facts, answer, options, isUserKnown: node.ssh.become != nil)
      }
      checks += Self.skipped(node.name, checks)
    }
    let fleet = FleetChecks(topology: topology, facts: found.facts, versions: answers.mapValues(\.versions))
    return Report(
      checks: fleet.all + FleetChecks.folded(checks, found.facts), observed: found.observed)
  }

  private struct Answer: Sendable {
    let versions: InstallationChecks.Versions
    let lock: Result<LockState, Failure>
    let running: [String: Result<Int, Failure>]
  }

  private func ask(_ node: Topology.Node, _ commands: CommandBuilder, _ facts: [String: NodeFacts]) async -> Answer {
    async let lock = locks.look(at: [node.name])[0].answer
    async let old = version(commands, .old, node.name)
    async let new = version(commands, .new, node.name)
    var running: [String: Result<Int, Failure>] = [:]
    for left in facts[node.name]?.leftovers ?? [] {
      guard let run = RunID(left.run) else { continue }
      do { running[left.run] = .success(try await jobs.running(of: run, on: node.name)) } catch {
        running[left.run] = .failure(Failure.from(error, as: .unreachable))
      }
    }
    return await Answer(versions: [.old: old, .new: new], lock: lock, running: running)
  }

  /// What an installation says of its version; nothing where it fails.
  private func version(
    _ commands: CommandBuilder, _ installation: CommandBuilder.Installation, _ node: String
  ) async -> String {
    let result = try? await runner.run(commands.version(of: installation), on: node, timeout: .seconds(60))
    return result?.failure == nil ? result?.lastLines.joined(separator: "\n") ?? "" : ""
  }

  private func judged(
    _ node: Topology.Node, _ facts: NodeFacts, _ answer: Answer, _ options: UpgradeOptions, isUserKnown: Bool
  ) -> [Check] {
    (isUserKnown ? [] : [Check(.user, on: node.name, .pass, "commands run as \(facts.user)")])
      + InstallationChecks(node: node, facts: facts, versions: answer.versions).all
      + HandWorkChecks(node: node, facts: facts, skipsDatabaseUpgrade: options.skipsDatabaseUpgrade).all
      + SurroundingsChecks(
        node: node.name, facts: facts, address: CassandraAddress(options.cassandra), lock: answer.lock,
        running: answer.running
      ).all
  }

  private static func withLogin(_ check: Check, _ login: String?) -> Check {
    guard check.check == .ssh, check.result == .pass, let login else { return check }
    return Check(.ssh, on: check.node, .pass, "logged in as \(login)")
  }

  /// What was not looked at on `node`, since something before it failed.
  private static func skipped(_ node: String, _ checks: [Check]) -> [Check] {
    let own = checks.filter { $0.node == node }
    guard let first = own.first(where: { $0.result == .fail }) else { return [] }
    let why: [CheckID: String] = [.ssh: "the node was not reached", .user: "commands cannot be run there"]
    let known = Set(own.map(\.check))
    return CheckID.onNode.filter { !known.contains($0) }.map {
      Check($0, on: node, .skipped, why[first.check] ?? "not looked at, since '\(first.check.rawValue)' failed")
    }
  }
}
