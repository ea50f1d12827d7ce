import Clients
import CommandHandlers
import FoundationEssentials
import Lab
import LoadBalancers
import TestDoubles
import Testing
import Upgrade

@testable import WebMethods

/// Whole plans, walked by the engine against simulated gateways behind a real NGINX under traffic.
@Suite("A blue-green upgrade by its plan", .serialized)
struct BlueGreenRunTests {
  /// What the operator's commands do on the stage's machines.
  private struct LabControl: ControlCommand {
    let lab: BlueGreenLab

    func run(_ command: OperatorCommand, about node: Node) async throws {
      switch command.command[0] {
      case "fix": try lab.applyFix("Fix 9", to: node.name)
      default:
        try? await lab.stop(node.name)
        try await lab.start(node.name)
      }
    }
  }

  private struct Stage: Sendable {
    let lab: BlueGreenLab
    let http: HTTPRequestClient
    let settings: BlueGreenSettings
    let journal = EventRecorder()

    init(_ lab: BlueGreenLab, _ http: HTTPRequestClient, _ profile: UpgradeProfile) throws {
      self.lab = lab
      self.http = http
      let command = { (name: String) in OperatorCommand([name], on: .control, timeout: 60) }
      func side(_ nodes: [BlueGreenNode]) throws -> GatewaySide {
        GatewaySide(
          version: nodes.first.flatMap { WebMethods.GatewayVersion($0.version.rawValue) },
          nodes: try nodes.map { node in
            GatewayNode(
              name: node.name, url: try #require(GatewayURL(node.url)),
              login: LoginSetting(username: lab.description.username, password: .prompt),
              quiescePort: node.isOld ? QuiescePort(number: node.quiescePort) : nil, loadBalancerServer: node.server)
          })
      }
      let isMajor = profile == .major
      settings = BlueGreenSettings(
        profile: profile, old: try side(lab.description.old),
        new: profile == .minorCluster ? nil : try side(lab.description.new),
        source: isMajor ? Datastore(url: lab.sourceURL) : nil, target: isMajor ? Datastore(url: lab.targetURL) : nil,
        migration: isMajor
          ? MigrationSettings(properties: [MigrationSettings.tenantKey: lab.description.tenant]) : nil,
        times: StepTimes([.quiesceAll: 30, .start: 30, .restart: 30, .shutdown: 30, .shutdownDrain: 1, .drain: 30]),
        ssh: SSHSettings(), fix: profile == .minorCluster ? command("fix") : nil, restart: command("restart"),
        start: profile == .minorStandalone ? command("start") : nil, webhooks: nil, loadBalancer: lab.balancerSetting,
        loadBalancers: nil, probes: [], hooks: [])
    }

    /// Walks the plan behind what was done of it before.
    func run() async throws -> Status {
      let password = try Self.secret(lab.passwordFile)
      let clock = ContinuousClock()
      let local = LocalCommandHandler()
      let runner = CommandRunner(handler: local, secrets: [:], diagnosis: NoDiagnosis(), journal: journal)
      let source = ReindexSource(
        url: lab.sourceURL,
        login: .init(
          user: lab.description.datastoreUsername, password: try Self.secret(lab.datastorePasswordFile)))
      let clients = settings.nodes.map {
        ($0.name, $0.client(password: password, answerTime: .seconds(5), http: http))
      }
      let performer = GatewayPerformer(
        settings,
        .init(
          clients: Dictionary(uniqueKeysWithValues: clients), source: source,
          versions: (settings.old.version, settings.new?.version), control: LabControl(lab: lab)),
        pace: GatewayPace(interval: .milliseconds(200), settling: .seconds(2), patience: .seconds(10)),
        journal: journal, clock: clock)
      let executor = CommandExecutor(
        runner: runner,
        balancer: try LoadBalancerRegistry.standard.make(
          from: lab.balancerSetting, file: "f",
          in: Surroundings(
            local: local,
            remote: { _ throws(Failure) -> BalancerShell in throw Failure(.refused, "there is no other machine") },
            http: http)),
        probe: try HTTPHealthProbe(http), gates: GateKeeper(runner: runner, journal: journal, clock: clock),
        operations: performer, journal: journal, clock: clock)
      let conductor = Conductor(
        executor: executor, journal: journal, rollbackHelper: BlueGreenRollbackHelper(settings, .all),
        control: RunControl(isConsentGiven: true), clock: clock)
      let plan = BlueGreenPlanner(settings, file: "f").plan
      return await conductor.run(plan, resuming: Upgrade.Progress(await journal.events))
    }

    private static func secret(_ file: String) throws -> Secret {
      let bytes = try #require(FileManager.default.contents(atPath: file))
      return Secret(String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? "")
    }

    /// The failures so far, for a test that went wrong.
    func failures() async -> [String] {
      await journal.events.compactMap { event in
        if case .stepEnded(let id, _, let failure?) = event { "\(id.node): \(failure.message)" } else { nil }
      }
    }
  }

  private static func withStage(
    _ profile: UpgradeProfile, _ change: (inout BlueGreenOptions) -> Void = { _ in },
    _ body: (Stage, TrafficClient) async throws -> Void
  ) async throws {
    let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let zdulab = test.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/zdulab"
    var options = BlueGreenOptions(program: zdulab)
    (options.documents, options.bounceDelay) = (300, 300)
    change(&options)
    let lab = try await BlueGreenLab.up(options)
    let http = HTTPRequestClient()
    let traffic = TrafficClient(url: lab.api(at: lab.balancerURL), rate: 50)
    let result: Result<Void, any Error>
    do {
      let stage = try Stage(lab, http, profile)
      await traffic.begin()
      result = .success(try await body(stage, traffic))
    } catch {
      result = .failure(error)
    }
    let report = await traffic.stop()
    await http.shutdown()
    await lab.down()
    try result.get()
    #expect(report.failed == 0 && report.total > 0, "\(report.failures.prefix(3))")
  }

  @Test("a major upgrade moves every document, fails no request, and counts every transaction once")
  func major() async throws {
    try await Self.withStage(.major) { stage, traffic in
      let status = try await stage.run()
      let failures = await stage.failures()
      #expect(status == .success, "\(failures)")
      let report = await traffic.stop()
      for node in stage.lab.description.new { try await stage.lab.stop(node.name) }
      let account = try await stage.lab.account()
      #expect(account.isComplete && account.duplicated == 0, "\(account.text)")
      #expect(account.total == report.total, "\(account.text), \(report.total) requests")
      let text = await stage.journal.events.map { "\($0)" }.joined()
      #expect(!text.contains("manage-"), "no password is in the journal")
    }
  }

  @Test(
    "where a step fails the documented way back happens, the old side serves, and a resumed run ends well",
    arguments: [
      ("New-1:clean:fail:no", Phase.clean), ("Old-1:quiesce-designtime:fail:no", .quiesceDesigntime),
      ("New-1:reindex-logs:fail:no", .reindexLogs), ("New-1:reindex-core:fail:no space", .reindexCore),
      ("New-1:transform:fail:no", Phase.transform),
      ("Old-2:quiesce-all:fail:cannot flush", Phase.quiesceAll),
    ])
  func wayBack(fault: String, phase: Phase) async throws {
    try await Self.withStage(.major) { stage, _ in
      try stage.lab.setFault(fault)
      let failedStatus = try await stage.run()
      #expect(failedStatus == phase.failure)
      let failed = await stage.failures()
      #expect(failed.count == 1, "\(failed)")
      for node in stage.lab.description.old {
        let isServing = try stage.lab.isServing(node.name)
        #expect(isServing)
      }
      stage.lab.clearFaults()
      let status = try await stage.run()
      let rest = await stage.failures().dropFirst()
      #expect(status == .success, "\(rest)")
      let account = try await stage.lab.account()
      #expect(account.isComplete, "\(account.text)")
    }
  }

  @Test(
    "a fix for a cluster, and one by new instances, fail no request",
    arguments: [UpgradeProfile.minorCluster, .minorStandalone])
  func minor(profile: UpgradeProfile) async throws {
    try await Self.withStage(profile) {
      ($0.isSharingDatastore, $0.newVersion) = (true, $0.oldVersion)
      ($0.newCount, $0.isStartingNew) = (profile == .minorCluster ? 0 : 2, false)
    } _: { stage, _ in
      let status = try await stage.run()
      let failures = await stage.failures()
      #expect(status == .success, "\(failures)")
    }
  }
}
