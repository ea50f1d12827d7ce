import Axway
import FoundationEssentials
public import Rehearsal
import Upgrade

/// Rehearses an upgrade: a lab like the operator's domain, steady traffic, `zdupgrade run`, and how all stands behind it.
public struct RehearsalRun: Sendable {
  private let order: RehearsalOrder
  private let program: String

  /// A rehearsal of `order` in a lab whose simulated programs are run by `program`.
  public init(_ order: RehearsalOrder, program: String) {
    self.order = order
    self.program = program
  }

  /// Runs it; the lab is gone when it returns or throws.
  ///
  /// - Throws: `Failure` when the order is wrong, or the lab or `zdupgrade` does not start; `CancellationError`.
  public func run() async throws -> RehearsalAccount {
    let lab = try await Lab.up(try options())
    let traffic = await RehearsalTraffic.begin(lab.description.groups, order)
    do {
      let account = try await perform(lab, traffic)
      await lab.down()
      return account
    } catch {
      // First of all, so that no request is waited for.
      await lab.down()
      _ = await traffic.stop()
      throw error
    }
  }

  private func options() throws -> LabOptions {
    let topology = try TopologyBuilder.topology(
      json: JSONEncoder().encode(order.topology), file: "the rehearsal's topology", folder: "/")
    let names = topology.nodes.map(\.name)
    for text in order.faults {
      guard try Fault(parsing: text, nodes: names).kind != .hang else {
        throw Failure(.refused, "fault '\(text)': a rehearsal does not wait for --step_time; take another kind")
      }
    }
    var options = LabOptions(topology: topology, program: program)
    options.balancer = order.balancer == .nginx ? .nginx : .haproxy
    options.directory = order.directory
    options.username = order.username
    options.oldVersion = order.oldVersion ?? options.oldVersion
    options.newVersion = order.newVersion ?? options.newVersion
    options.faults = order.faults
    options.isLikeTopology = true
    options.isBalancerTold = order.isBalancerTold
    options.delays = order.delays.compactMap { delay in
      Fault.Step(rawValue: delay.step).map { StepDelay(node: delay.node, step: $0, milliseconds: delay.milliseconds) }
    }
    return options
  }

  private func perform(_ lab: Lab, _ traffic: RehearsalTraffic) async throws -> RehearsalAccount {
    try await Task.sleep(for: .seconds(1))
    let ending = Task { await PauseEnder(logs: order.logs).run() }
    defer { ending.cancel() }
    let code = try await zdupgrade("run.out", in: lab).run(arguments(lab))
    try await Task.sleep(for: .milliseconds(500))
    _ = try await zdupgrade("status.json", in: lab).run(["status", "--log_dir", order.logs, "--format", "json"])
    let names = lab.description.nodes.map(\.name)
    let met = lab.metFaults
    return RehearsalAccount(
      exitCode: code,
      topology: try JSONDecoder().decode(Setting.self, from: Data(TextFile.bytes(lab.topologyFile) ?? [])),
      taken: DelayStore(layout: lab.description.layout).taken(on: names).map {
        .init($0.node, $0.step.rawValue, $0.began, $0.ended)
      },
      instances: await LabVersions.read(lab).entries.map {
        .init(node: $0.node, instance: $0.instance, version: $0.version)
      },
      metFaults: try order.faults.filter { text in
        let fault = try Fault(parsing: text, nodes: names)
        return met.contains { $0.node == fault.node && $0.step == fault.step }
      },
      status: TextFile.bytes("\(lab.directory)/status.json").map { Data($0) }, traffic: await traffic.stop())
  }

  /// The program, with none of the operator's agent's keys, and what it prints as a result in a file.
  private func zdupgrade(_ output: String, in lab: Lab) -> UpgradeProgram {
    UpgradeProgram(
      path: order.program, output: "\(lab.directory)/\(output)", isTelling: true, variables: ["SSH_AUTH_SOCK": ""])
  }

  private func arguments(_ lab: Lab) -> [String] {
    let probed = order.isProbed ? lab.description.groups.filter { $0.instanceCount > 1 } : []
    return [
      "run", "--config", lab.topologyFile, "--password_file", lab.passwordFile, "--domain_passphrase_file",
      lab.domainPassphraseFile, "--log_dir", order.logs, "--ssh_config", "none",
    ] + (order.hasCassandraPassword ? ["--cass_password_file", lab.passwordFile] : [])
      + probed.flatMap { ["--probe", "\($0.url)/"] } + order.arguments
  }
}
