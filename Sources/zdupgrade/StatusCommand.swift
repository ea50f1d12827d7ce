import ArgumentParser
import Axway
import Foundation
import Records
import Upgrade

/// Tells where a run and each of its nodes stands.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show where a run and each of its nodes stands, by the journal and by what the nodes say.",
    discussion: """
      Changes nothing, also while the run is running, and needs no secret but the passphrase of an SSH key. Where the \
      journal has something otherwise than a node or its load balancer, that is shown, and they are believed. It ends \
      with 80 where a node cannot be asked.
      """)

  @Argument(
    help: "The run's id, or how it begins. (default: the newest run that runs or has come to a plan)",
    completion: RunCompletion.kind)
  var run: String?

  @Option(name: .customLong("log_dir"), help: "The folder of the logs.", completion: .directory)
  var logDir = "logs"

  @Option(
    name: .customLong("config"), help: "The topology file, where it is not in the same place any more.",
    completion: .file())
  var config: String?

  @OptionGroup(title: "Secrets of the logins") var login: LoginSecretArguments

  @Flag(name: .customLong("offline"), help: "Ask no node: show only what the journal has.")
  var isOffline = false

  @Flag(name: .customLong("all_nodes"), help: .allNodes)
  var showsAllNodes = false

  @Option(name: .customLong("format"), help: "text, or json for one document, which has each node.")
  var format = OutputFormat.text

  mutating func run() async throws {
    let history = try RunHistory(run, in: logDir, of: "run")
    let report = try await report(history)
    try format.show(report) { report.lines(allNodes: showsAllNodes) }
    if report.isIncomplete { throw ExitCode(Status.fatalError.code) }
  }

  private func report(_ history: RunHistory) async throws -> StatusReport<NodeStatus> {
    guard !isOffline, let basis = history.basis else {
      let account = JournalAccount(history.entries)
      let hasPlan = account.progress.plan != nil
      return StatusReport(
        history, account, history.origin.nodes.map { NodeStatus($0, journal: account[$0]) }, isAsked: false,
        notices: hasPlan ? [] : ["it has no plan, and has changed nothing; the nodes are not asked"])
    }
    // The paths of the log folder are meant from here, those of the run from where it was begun.
    let lives = LocalLives(logDir: PastRun.absolute(logDir))
    let fleet = try PastFleet(basis, config: config, login: login)
    let checks = try fleet.checks()
    let before = JournalAccount(history.entries, checks: checks)
    let found = try await fleet.look(underWay: history.state == .running ? [:] : Self.jobs(history, before))
    // What a living run has done meanwhile is no difference.
    let now = history.state == .running ? try RunHistory(history.folder) : history
    let after = now.entries.count == history.entries.count ? before : JournalAccount(now.entries, checks: checks)
    let locks = Dictionary(uniqueKeysWithValues: found.locks.map { ($0.node, LockLine($0, lives)) })
    let nodes = fleet.topology.nodes.map { node in
      let view = found.views[node.name] ?? NodeView()
      let account = after[node.name]
      let isSteady = account?.changes == before[node.name]?.changes
      return NodeStatus(
        node, journal: account, view, checks: checks[node.name] ?? [], lock: locks[node.name],
        differences: account.flatMap { isSteady ? NodeDifference.between($0, view, on: node.name) : nil } ?? [])
    }
    return StatusReport(
      now, after, nodes, jobs: found.views.compactMapValues(\.job), isAsked: true,
      isChanged: fleet.isChanged, notices: fleet.notices)
  }

  /// The commands that are under way by the journal, as the nodes know them.
  private static func jobs(_ history: RunHistory, _ account: JournalAccount) throws(Failure) -> [String: DetachedJob] {
    var jobs: [String: DetachedJob] = [:]
    for node in history.origin.nodes {
      guard let job = account[node]?.underWay?.job else { continue }
      jobs[node] = try DetachedJob(run: history.folder.id.text, step: job)
    }
    return jobs
  }
}
