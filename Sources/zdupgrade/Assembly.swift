import Axway
import CommandHandlers
import LoadBalancers
import Clients
import SSH
import Synchronization
import Upgrade

/// Puts the product together: the only file that names all adapters. Making one connects to nothing.
final class Assembly: Sendable {
  /// Takes every event of the run and hands it to the readers.
  let journal: EventFeed
  private let fleet: Fleet
  private let changes = BalancerChanges()
  private let nodes: SSHCommandHandler
  /// Runs commands on the nodes, as the users that the file names.
  private let commands: BecomingCommandHandler
  private let balancerHosts: BalancerHosts
  let balancer: any LoadBalancer
  private let local: LocalCommandHandler
  private let probe: HTTPHealthProbe
  private let requests = HTTPRequestClient()
  /// Sends single HTTP requests.
  var http: any HTTPExchange { requests }

  /// Asks what the users ask while the upgrade runs.
  let traffic: TrafficProbe
  /// Tells who does not watch; nil where nobody is to be told.
  let notifier: Notifier?

  /// The adapters for `fleet`; `readers` read the events.
  ///
  /// - Throws: `Failure` for what is wrong in the file's `loadBalancer`, or with a file of certificates.
  init(
    _ fleet: Fleet, logins: Logins, probes: ProbeSetup, notices: (targets: NoticeTargets, origin: RunOrigin)? = nil,
    readers: [any EventReader]
  ) throws(Failure) {
    let local = LocalCommandHandler(withholding: fleet.secretVariables)
    notifier = notices.flatMap { [requests] targets, origin in
      guard !targets.isEmpty else { return nil }
      return Notifier(targets, of: origin, http: requests, commands: local) { Console.complain($0) }
    }
    let journal = EventFeed(readers + [changes] + [notifier].compactMap { $0 })
    let hosts = BalancerHosts()
    let surroundings = Surroundings(
      local: local,
      remote: { (settings: SettingReader) throws(Failure) in
        let ssh = try SSHSettings.ofBalancer(settings, PathResolver(beside: fleet.file), over: fleet.ssh)
        let address = try settings.requiredString("address")
        return hosts.shell(
          { try await logins.target(ssh, host: address) },
          as: try ssh.become.map { name throws(Failure) in try Become(name, password: logins.becomePassword) })
      },
      sockets: StreamSocketClient(), http: requests, healthTrust: fleet.healthTrust,
      output: { node, output in
        let lines = String(decoding: output.bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        for line in lines { await journal.record(.output(node: node.name, stream: output.stream, line: String(line))) }
      })
    balancer = try LoadBalancerRegistry.standard.make(
      from: fleet.loadBalancer, orAll: fleet.loadBalancers, file: fleet.file, in: surroundings)
    self.fleet = fleet
    nodes = Self.nodes(of: fleet, logins: logins)
    commands = try Self.becoming(nodes, in: fleet, password: logins.becomePassword)
    self.journal = journal
    self.local = local
    balancerHosts = hosts
    let sender = try HTTPProbeSender(probes.targets)
    traffic = TrafficProbe(probes, sender: sender, journal: journal, clock: ContinuousClock())
    probe = try HTTPHealthProbe(requests, fleet.healthTrust)
  }

  /// The nodes of `fleet`, and nothing else of it.
  static func nodes(of fleet: Fleet, logins: Logins) -> SSHCommandHandler {
    let hosts = Dictionary(uniqueKeysWithValues: fleet.hosts.map { ($0.node.name, $0) })
    return SSHCommandHandler { name in
      guard let host = hosts[name] else { return nil }
      return try await logins.target(host.ssh, host: host.address)
    }
  }

  /// Runs commands on those nodes, as the users that the file names.
  ///
  /// - Parameter password: what sudo wants there.
  static func becoming(
    _ nodes: SSHCommandHandler, in fleet: Fleet, password: Secret?
  ) throws(Failure) -> BecomingCommandHandler {
    var users: [String: Become] = [:]
    for host in fleet.hosts {
      users[host.node.name] = try host.ssh.become.map { name throws(Failure) in
        try Become(name, password: password)
      }
    }
    return BecomingCommandHandler(nodes, users: users)
  }

  /// The locks of `run` on the nodes that commands run on; one that is lost ends the run.
  ///
  /// - Parameter time: how many seconds a node that is not reached is asked again before something is done to it.
  func locks(of run: RunID, _ holder: LockHolder, reconnectingFor time: Int, control: RunControl) -> NodeLocks {
    NodeLocks(
      handler: commands, run: run, holder: holder, nodes: fleet.commanded, journal: journal,
      reconnectTime: .seconds(time)
    ) { failure in
      await control.stop(because: failure.message)
    }
  }

  /// Logs in on the nodes that commands run on, `forks` at a time, so that who asks one first need not wait for that. What
  /// goes wrong is told when the node is asked.
  func connectAhead(forks: Int) async {
    _ = await fleet.commanded.concurrentMap(atOnce: forks) { [nodes] in await nodes.connectAhead(to: $0.name) }
  }

  /// Runs commands on the control node that are no part of an upgrade, and get none of the secrets in the environment; one
  /// that is to end has `grace` for that.
  static func localCommands(grace: Duration) -> any CommandHandler {
    LocalCommandHandler(withholding: SecretArguments.variables, grace: grace)
  }

  /// Has `body` work with what sends single HTTP requests.
  static func withRequests<T>(
    _ body: (any HTTPExchange & CertificateReader) async throws -> T
  ) async throws -> T {
    let requests = HTTPRequestClient()
    do {
      let result = try await body(requests)
      await requests.shutdown()
      return result
    } catch {
      await requests.shutdown()
      throw error
    }
  }

  /// Checks the file's `loadBalancer`, before anything is asked for or made.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  static func check(_ fleet: Fleet) throws(Failure) {
    try LoadBalancerRegistry.standard.validate(fleet.loadBalancer, orAll: fleet.loadBalancers, file: fleet.file)
  }

  /// Checks one object `loadBalancer`; `file` is where it is from, for messages.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  static func check(loadBalancer: Setting, file: String) throws(Failure) {
    try LoadBalancerRegistry.standard.validate(loadBalancer, file: file)
  }

  /// The names of the load balancers' drivers.
  static var loadBalancerDrivers: [String] { LoadBalancerRegistry.standard.names }

  /// Looks at the nodes' locks.
  var lockSurvey: LockSurvey { LockSurvey(handler: commands) }

  /// The jobs of `run` on the nodes, of whose output an earlier process has `heard` so much; `time` is how many seconds a
  /// node that is not reached any more is tried again.
  func jobs(of run: RunID, reconnectingFor time: Int, heard: [String: Heard] = [:]) -> DetachedJobs {
    DetachedJobs(
      of: run, runner: DetachedRunner(handler: commands, reconnectTime: .seconds(time)), heard: heard)
  }

  /// Walks a plan, whose steps are `jobs` on the nodes.
  func conductor(
    of order: any RunOrder, jobs: DetachedJobs, control: RunControl, lock: (any RunLock)?, window: WindowGuard? = nil
  ) -> Conductor {
    let clock = ContinuousClock()
    let probe = order.healthProbe(http: requests) ?? probe
    let local = CommandRunner(handler: local, secrets: [:], diagnosis: NoDiagnosis(), journal: journal)
    let gates = GateKeeper(runner: local, journal: journal, clock: clock)
    let executor = CommandExecutor(
      runner: runner(order.secrets, jobs), balancer: balancer, probe: probe, gates: gates,
      operations: order.operations(http: requests, local: local, journal: journal), journal: journal, clock: clock)
    return Conductor(
      executor: executor, journal: journal, rollbackHelper: order.rollbackHelper, control: control,
      watch: ServingCheck(balancer: balancer, probe: probe, clock: clock), lock: lock, clock: clock,
      window: window)
  }

  /// Has nothing begin any more, keeps in the journal why, and returns when no change at the load balancer is half done,
  /// within 10 s. What runs on nodes then runs on.
  func endAtOnce(because reason: String) async {
    await journal.halt()
    await journal.record(.note(node: nil, text: reason))
    for change in await changes.untilSettled(within: .seconds(10), by: ContinuousClock()) {
      await journal.record(.note(node: nil, text: "\(change): was still under way when the run was ended"))
    }
  }

  /// Ends all connections.
  func close() async {
    await nodes.disconnect()
    await balancerHosts.disconnect()
    await requests.shutdown()
  }

  private func runner(_ secrets: [SecretName: Secret], _ jobs: DetachedJobs? = nil) -> CommandRunner {
    CommandRunner(handler: commands, secrets: secrets, diagnosis: fleet.diagnosis, journal: journal, jobs: jobs)
  }
}

// What Axway API Gateways are looked at by.
extension Assembly {
  /// Looks at the nodes before anything is changed.
  func preflight(secrets: [SecretName: Secret]) -> Preflight {
    Preflight(
      runner: runner(secrets), balancer: balancer, drivers: fleet.balancerDriver, probe: probe, journal: journal)
  }

  /// Looks whether all preconditions of the upgrade hold.
  var checkSurvey: CheckSurvey {
    CheckSurvey(
      preflight: preflight(secrets: [:]), runner: runner([:]), locks: lockSurvey,
      jobs: DetachedRunner(handler: commands))
  }

  /// Asks the nodes and the load balancer how they stand.
  var fleetLook: FleetLook {
    FleetLook(runner: runner([:]), balancer: balancer, jobs: DetachedRunner(handler: commands))
  }
}

/// The hosts of load balancers that are reached over SSH.
private final class BalancerHosts: Sendable {
  private static let name = "load balancer"
  private let handlers = Mutex<[SSHCommandHandler]>([])

  func shell(_ target: @escaping @Sendable () async throws -> SSHTarget, as user: Become?) -> BalancerShell {
    let handler = SSHCommandHandler { _ in try await target() }
    handlers.withLock { $0.append(handler) }
    let becoming = BecomingCommandHandler(handler, users: user.map { [Self.name: $0] } ?? [:])
    return BalancerShell(handler: becoming, node: Self.name)
  }

  func disconnect() async {
    for handler in handlers.withLock({ $0 }) { await handler.disconnect() }
  }
}
