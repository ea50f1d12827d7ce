import Axway
import CommandHandlers
import LoadBalancers
import Upgrade
struct Fake: HealthProbe { func status(of url: String, timeout: Duration) async throws -> Int { 200 } }
struct Assembly {
  let runner: CommandRunner
  let lb: any LoadBalancer
  let feed: EventFeed
  let local = LocalCommandHandler()
  init(_ t: Topology, file: String?, ssh: SSHArguments, passphrase: SecretSource, readers: [any EventReader]) throws {
    feed = EventFeed(readers)
    lb = try LoadBalancerRegistry.standard.make(
      from: t.loadBalancer, file: file ?? "x",
      in: Surroundings(local: local, remote: { (r: SettingReader) throws(Failure) in throw r.complaint("x", "y") }))
    runner = CommandRunner(handler: local, secrets: [:], diagnosis: SysupgradeDiagnosis(), journal: feed)
  }
  func preflight(secrets: [SecretName: Secret]) -> Preflight {
    Preflight(
      runner: CommandRunner(handler: local, secrets: secrets, diagnosis: SysupgradeDiagnosis(), journal: feed),
      balancer: lb, probe: Fake(), journal: feed)
  }
  func conductor(secrets: [SecretName: Secret], rollbackHelper: any RollbackHelper) -> Conductor {
    let r = CommandRunner(handler: local, secrets: secrets, diagnosis: SysupgradeDiagnosis(), journal: feed)
    return Conductor(
      executor: CommandExecutor(runner: r, balancer: lb, probe: Fake(), journal: feed, clock: ContinuousClock()),
      journal: feed, rollbackHelper: rollbackHelper)
  }
  func close() async {}
}
