import Clients
import CommandHandlers
import FoundationEssentials
import Lab
import LoadBalancers
import TestDoubles
import Testing
import Upgrade

@testable import WebMethods

/// A whole plan, walked by the engine against simulated gateways behind a real NGINX under traffic. No webhook is there:
/// looking again and again does. Failures and other profiles are shown with the real program.
@Suite("A blue-green upgrade by its plan", .serialized)
struct BlueGreenRunTests {
  /// A run that goes well needs no command of the operator's.
  private struct NoControl: ControlCommand {
    func run(_ command: OperatorCommand, about node: Node) async throws {
      throw Failure(.refused, "nobody said that a command is needed")
    }
  }

  private struct Stage: Sendable {
    let lab: BlueGreenLab
    let http: HTTPRequestClient
    let settings: BlueGreenSettings
    let journal = EventRecorder()

    init(_ lab: BlueGreenLab, _ http: HTTPRequestClient) throws {
      self.lab = lab
      self.http = http
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
      settings = BlueGreenSettings(
        profile: .major, old: try side(lab.description.old), new: try side(lab.description.new),
        source: Datastore(url: lab.sourceURL), target: Datastore(url: lab.targetURL),
        migration: MigrationSettings(properties: [MigrationSettings.tenantKey: lab.description.tenant]),
        times: StepTimes([.quiesceAll: 30, .start: 30, .restart: 30, .shutdown: 30, .shutdownDrain: 1, .drain: 30]),
        ssh: SSHSettings(), fix: nil, restart: OperatorCommand(["restart"], on: .control, timeout: 60), start: nil,
        webhooks: nil, loadBalancer: lab.balancerSetting, loadBalancers: nil, probes: [], hooks: [])
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
          versions: (settings.old.version, settings.new?.version), control: NoControl()),
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
    _ body: (Stage, TrafficClient) async throws -> Void
  ) async throws {
    let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let zdulab = test.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/zdulab"
    var options = BlueGreenOptions(program: zdulab)
    (options.documents, options.bounceDelay) = (300, 300)
    let lab = try await BlueGreenLab.up(options)
    let http = HTTPRequestClient()
    let traffic = TrafficClient(url: lab.api(at: lab.balancerURL), rate: 50)
    let result: Result<Void, any Error>
    do {
      let stage = try Stage(lab, http)
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
    try await Self.withStage { stage, traffic in
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
}
