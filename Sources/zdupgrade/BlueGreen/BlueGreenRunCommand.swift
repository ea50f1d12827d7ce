import ArgumentParser
import Foundation
import Records
import Upgrade
import WebMethods

/// Does a blue-green upgrade.
struct BlueGreenRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Do the upgrade, step by step, and print the summary table.",
    discussion: """
      Before QUIESCE ALL, which no API takes back, the run waits for your word: Enter on the terminal, or \
      'kill -USR1' without one. With --yes it goes on at once.
      """)

  @OptionGroup var roll: BlueGreenArguments
  @OptionGroup(title: "Progress") var shown: ProgressArguments

  @Option(
    name: .customLong("rollback"),
    help:
      "What is taken back after a failure: all, as the vendor's procedure says, node (only the failing node) or none."
  )
  var rollback = RollbackPolicy.all

  @Option(name: .customLong("log_dir"), help: "The folder of the logs.", completion: .directory)
  var logDir = "logs"

  @Flag(name: .customLong("yes"), help: "Do not wait for a word before QUIESCE ALL.")
  var isConsentGiven = false

  @Option(name: .customLong("reason"), help: "What the locks say why the nodes are in use.")
  var reason = "zdupgrade bluegreen run"

  @Flag(name: .customLong("dry_run"), help: "Print the plan and change nothing, as 'plan' does.")
  var isDryRun = false

  mutating func validate() throws {
    guard !isDryRun || shown.format == .text else {
      throw ValidationError("--format json: a dry run has no events; leave one of --dry_run and --format out")
    }
  }

  mutating func run() async throws {
    signal(SIGHUP, SIG_IGN)  // a lost terminal ends nothing
    if isDryRun { return try await BlueGreenPlanCommand.show(roll, isOffline: false) }
    let words = BlueGreenOrder.command.split(separator: " ").count
    let given = OptionSpelling.withUnderscores(Array(CommandLine.arguments.dropFirst(1 + words)))
    let order = try order(given)
    let isConsentGiven = isConsentGiven
    let shown = shown
    try await WebhookDesk.with(order.settings, order.passwords) { desk in
      var order = order
      order.desk = desk
      try await Self.begin(
        order, RunControl(onBreach: order.probes.reaction, isConsentGiven: isConsentGiven), shown, desk)
    }
  }

  private static func begin(
    _ order: BlueGreenOrder, _ control: RunControl, _ shown: ProgressArguments, _ desk: WebhookDesk
  ) async throws {
    let records = try await RunRecords.begin(in: order.logDir, nodes: order.fleet.nodes, control: control)
    let run = try UpgradeRun(order, records, control, shown)
    desk.note(in: run.assembly.journal)
    try await run.perform { unlocked in
      try desk.keep(in: records.folder)
      let problems = await run.assembly.problems(before: order)
      try await run.refuse(
        problems + FleetLock.unnamed(unlocked, in: problems) + (await run.assembly.traffic.problems()))
      await run.assembly.journal.record(.planned(try order.basis()))
      return await run.conduct(order.plan)
    }
  }

  /// What is to be done by these `arguments`, of which this command was made.
  ///
  /// - Parameter forData: whether data may still be copied.
  /// - Throws: `Failure` for what is wrong with it.
  func order(_ arguments: [String], forData: Bool = true) throws(Failure) -> BlueGreenOrder {
    try roll.order(arguments, rollback: rollback, reason: reason, logDir: logDir, forData: forData)
  }
}

extension Assembly {
  /// What stands in the way of `order`, before anything is changed.
  func problems(before order: BlueGreenOrder) async -> [Problem] {
    let (settings, passwords) = (order.settings, order.passwords)
    let clients = passwords.clients(settings, http: http)
    let preflight = GatewayPreflight(settings, clients: clients, balancer: balancer, journal: journal)
    guard let source = passwords.source, let target = passwords.target else { return await preflight.problems() }
    async let same = DatastoreCheck(http).problem(source: source, target: target)
    return await preflight.problems() + [await same].compactMap(\.self)
  }
}
