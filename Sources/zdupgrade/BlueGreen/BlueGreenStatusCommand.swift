import ArgumentParser
import Axway
import Foundation
import Records
import Upgrade
import WebMethods

/// Tells where a blue-green upgrade and each of its gateways stands.
struct BlueGreenStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show where a run and each of its gateways stands, by the journal and by what they say.",
    discussion: """
      Changes nothing, also while the run is running. It ends with 80 where something cannot be found out.
      """)

  @Argument(
    help: "The run's id, or how it begins. (default: the newest of these runs that runs or has come to a plan)",
    completion: RunCompletion.kind)
  var run: String?

  @Option(name: .customLong("log_dir"), help: "The folder of the logs.", completion: .directory)
  var logDir = "logs"

  @Option(
    name: .customLong("config"), help: "The blue-green file, where it is not in the same place any more.",
    completion: .file())
  var config: String?

  @Flag(name: .customLong("offline"), help: "Ask no gateway: show only what the journal has.")
  var isOffline = false

  @Option(name: .customLong("format"), help: "text, or json for one document.")
  var format = OutputFormat.text

  mutating func run() async throws {
    let history = try RunHistory(run, in: logDir, of: BlueGreenOrder.command)
    let account = JournalAccount(history.entries)
    let rows = history.origin.nodes.map { GatewayStatus($0, journal: account[$0]) }
    guard !isOffline, let basis = history.basis else {
      let notices =
        account.progress.plan != nil ? [] : ["it has no plan, and has changed nothing; the gateways are not asked"]
      return try show(StatusReport(history, account, rows, isAsked: false, notices: notices))
    }
    let (asked, notices) = try await ask(rows, account, basis)
    try show(StatusReport(history, account, asked, isAsked: true, isChanged: !notices.isEmpty, notices: notices))
  }

  private func show(_ report: StatusReport<GatewayStatus>) throws {
    try format.show(report) { report.lines(allNodes: true) }
    if report.isIncomplete { throw ExitCode(Status.fatalError.code) }
  }

  /// The `rows` with what the gateways and the load balancer say, and what is not as it was when the run was begun.
  private func ask(
    _ rows: [GatewayStatus], _ account: JournalAccount, _ basis: RunBasis
  ) async throws -> ([GatewayStatus], [String]) {
    let config = config.map(PastRun.absolute)
    _ = FileManager.default.changeCurrentDirectoryPath(basis.directory)
    var roll = try BlueGreenRunCommand.parse(basis.arguments).roll
    roll.config = config ?? roll.config
    let order = try roll.order([], forData: false)
    let assembly = try Assembly(order.fleet, logins: order.logins, probes: ProbeSetup(targets: []), readers: [])
    let clients = order.passwords.clients(order.settings, http: assembly.http)
    let asked = await rows.concurrentMap { row in
      guard let node = try? order.settings.node(named: row.node), let client = clients[row.node] else { return row }
      return await row.asked(client.withoutRetry, node, assembly.balancer)
    }
    await assembly.close()
    let isSame = try Digest.ofFile(order.file) == basis.topologyDigest
    return (
      asked, isSame ? [] : ["the configuration (\(order.file)) is not what it was when the run was begun"]
    )
  }
}
