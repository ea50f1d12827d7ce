import ArgumentParser
import Axway
import Foundation
import Records
import Upgrade

/// Says whether the upgrade may start.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Look whether every precondition of the upgrade holds, and change nothing.",
    discussion: """
      Takes the options of 'run', and needs no secret but those of the logins. Every check has a node, a result (pass, \
      warn, fail or skipped), what was seen, and what to do; docs/check.md lists them. It ends with 0 when the upgrade \
      may start, warnings included, and with 80 when not.
      """)

  @OptionGroup var roll: RollArguments

  @Option(name: .customLong("log_dir"), help: "The folder in which a run would keep its logs.")
  var logDir = "logs"

  @Option(name: .customLong("format"), help: "text, or json for one document.")
  var format = OutputFormat.text

  mutating func run() async throws {
    let topology = try roll.upgrade.topology()
    let probes = try roll.probe.setup(topology.probeTargets(file: roll.upgrade.config ?? "the reference topology"))
    let options = try roll.options(for: topology.nodes.count)
    _ = try roll.window.window(at: Date())
    _ = try roll.notify.targets()
    let planner = try Planner(topology, options)
    _ = try planner.plan()  // what is wrong with the options is said before any node is asked
    var checks = ControlChecks(topology, options, logDir: logDir).all
    if ControlChecks.mayLook(checks) {
      checks += try await look(planner, topology, options, probes)
    }
    let report = CheckReport(checks, nodes: topology.nodes.map(\.name))
    try format.show(report) { CheckText(report, isFolded: isFolded(topology)).lines }
    if !report.mayStart { throw ExitCode(Status.fatalError.code) }
  }

  private func isFolded(_ topology: Topology) -> Bool {
    !roll.showsAllNodes && topology.nodes.count > FleetSize.readable
  }

  /// What needs the nodes, the load balancer, and those whom the probe asks.
  private func look(
    _ planner: Planner, _ topology: Topology, _ options: UpgradeOptions, _ probes: ProbeSetup
  ) async throws -> [Check] {
    let fleet = topology.fleet(file: roll.upgrade.config)
    let logins = try Logins(roll.ssh, secrets: roll.secrets.login, for: fleet)
    let assembly = try Assembly(fleet, logins: logins, probes: probes, readers: [])
    async let asked = assembly.traffic.problems()
    let report: CheckSurvey.Report
    do {
      report = try await assembly.checkSurvey.report(
        planner, of: topology, options, logins: await logins.texts(for: fleet), forks: options.forks)
    } catch {
      await assembly.close()
      throw error
    }
    let unanswered = await asked
    await assembly.close()
    return report.checks + Self.capacity(planner.problems(observed: report.observed), topology)
      + Self.probes(unanswered, probes)
  }

  private static func capacity(_ problems: [Problem], _ topology: Topology) -> [Check] {
    guard problems.isEmpty else { return problems.map { Check(.capacity, $0) } }
    let groups = topology.groups.listed
    return [
      Check(.capacity, on: Check.all, .pass, "\(groups): the nodes that stay in can serve, or the downtime is accepted")
    ]
  }

  private static func probes(_ problems: [Problem], _ setup: ProbeSetup) -> [Check] {
    guard !setup.targets.isEmpty else {
      return [Check(.probes, on: Check.all, .skipped, "no probe is given (--probe, or probes in the topology)")]
    }
    guard problems.isEmpty else { return problems.map { Check(.probes, $0) } }
    return [Check(.probes, on: Check.all, .pass, "\(setup.targets.map(\.url).listed) answer as expected")]
  }
}

extension Logins {
  /// How each host of `fleet` is logged in to, in words; one for which that is not known is left out.
  func texts(for fleet: Fleet) async -> [String: String] {
    let hosts = fleet.hosts
    let texts = await hosts.concurrentMap { host -> String? in
      guard let target = try? await target(host.ssh, host: host.address) else { return nil }
      let address = target.host.contains(":") ? "[\(target.host)]" : target.host
      let jumps = target.jumps.isEmpty ? "" : ", by \(target.jumps.map(\.host).listedInOrder)"
      let key = target.hostKeyPolicy == .strict ? "host key known" : "a new host key would be accepted"
      return "\(target.user)@\(address):\(target.port)\(jumps), \(key)"
    }
    return Dictionary(uniqueKeysWithValues: zip(hosts.map(\.node.name), texts)).compactMapValues { $0 }
  }
}
