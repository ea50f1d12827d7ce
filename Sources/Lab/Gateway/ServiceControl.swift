import Glibc
import Upgrade

/// Starts and stops one process of an installation: what `startinstance` and `nodemanager` do.
struct ServiceControl: Sendable {
  let installation: Installation
  let service: GatewayService
  let output: ToolOutput
  /// Whether it takes its time; not as a part of `apply`.
  var isPaced = true

  private var record: ProcessRecord { installation.record(of: service) }
  private var injector: FaultInjector { FaultInjector(installation: installation, output: output, isPaced: isPaced) }

  var isRunning: Bool { record.running != nil }

  /// Returns when the process serves. One that runs already is left alone, and that is a success.
  func start() async throws {
    if let facts = record.running { return output.say("\(service.title) is already running (pid \(facts.pid)).") }
    guard installation.isInDomain else {
      throw ToolFailure("\(service.title) does not exist: \(installation.home) is in no domain.", exitCode: 1)
    }
    installation.acts.note(.begun, "start \(service.key)")
    try await injector.meet(
      service.start(installation.side), failingWith: "ERROR: \(service.title) could not be started.")
    let report = try await DetachedProcess.start(
      installation.lab.program,
      ["gateway", "serve", "--home", installation.home, "--service", service.key],
      environment: LabEnvironment(installation.lab.layout).entries, log: installation.log(of: service),
      timeout: .seconds(300))
    guard report == "ready" else {
      let reason = report.isEmpty ? "the process ended; see \(installation.log(of: service))" : report
      throw ToolFailure("\(service.title) could not be started: \(reason)", exitCode: 1)
    }
    installation.acts.note(.completed, "start \(service.key)")
    output.say("\(service.title) started.")
  }

  /// Returns when the process has ended; one that does not end by itself is killed. None at all is a success too.
  func stop() async throws {
    guard let facts = record.running else { return output.say("\(service.title) is not running.") }
    let step = service.stop(installation.side)
    installation.acts.note(.begun, "stop \(service.key)")
    try await injector.meet(step, failingWith: "ERROR: \(service.title) could not be stopped.")
    if let fault = injector.fault(step), fault.kind == .refuse {
      try await Task.sleep(for: .seconds(1))
      throw ToolFailure(text: "\(service.title): stop requested.", exitCode: Int32(fault.argument) ?? 0)
    }
    kill(facts.pid, SIGTERM)
    let grace = Duration.milliseconds(installation.lab.shutdownDelay) + GatewayServer.drainLimit + .seconds(5)
    let deadline = ContinuousClock.now + grace
    while facts.isRunning {
      if ContinuousClock.now > deadline { kill(facts.pid, SIGKILL) }
      try await Task.sleep(for: .milliseconds(10))
    }
    record.remove()
    installation.acts.note(.completed, "stop \(service.key)")
    output.say("\(service.title) stopped.")
  }
}
