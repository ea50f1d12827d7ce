import FoundationEssentials
import Upgrade

/// The lab of a crash test of Axway API Gateway.
struct AxwayCrashLab: CrashLab {
  private let lab: Lab

  /// Starts one.
  init(_ kind: CrashCase, _ options: CrashTestOptions) async throws {
    let topology = LabTopology.standard(nodes: options.nodes)
    var shape = LabOptions(topology: topology, program: options.program)
    shape.balancer = options.balancer
    if kind == .rollback { shape.faults = topology.nodes.dropFirst().prefix(1).map { "\($0.name):apply" } }
    lab = try await Lab.up(shape)
  }

  private var description: LabDescription { lab.description }
  var directory: String { lab.directory }
  var groups: [LabGroup] { description.groups }
  var isCounting: Bool { false }

  var servers: Set<Int32> {
    var known = Set([CassandraStandIn(lab: description).process].compactMap { $0 })
    for node in description.nodes {
      for side in Side.allCases {
        let installation = Installation(side, of: node, in: description)
        known.formUnion(installation.services.compactMap { installation.record(of: $0).running?.pid })
      }
      let pid = TextFile.read("\(description.layout.sshd(node.name))/sshd.pid")?.split(separator: "\n").first
      if let pid = pid.flatMap({ Int32($0) }) { known.insert(pid) }
    }
    return known
  }

  func arguments(_ command: CrashCommand, logs: String) -> [String]? {
    switch command {
    case .run: LabGuide.arguments(for: lab, logs: logs)
    case .resume:
      [
        "resume", "--log_dir", logs, "--password_file", lab.passwordFile, "--domain_passphrase_file",
        lab.domainPassphraseFile,
      ]
    case .unlock(let run):
      ["unlock", "--run", "\(run)", "--config", lab.topologyFile, "--log_dir", logs]
    }
  }

  func disturbance(_ trial: CrashTrial, _ options: CrashTestOptions, logs: String) -> (any Disturbance)? {
    switch trial.fault {
    case .kill, .killAgain: nil
    case .sshd: SSHKill(lab: lab)
    case .address: AddressCut(seconds: options.cut)
    case .balancer: BalancerKill(lab: lab)
    case .diskControl: FullControlDisk(logs: logs)
    case .diskNode: FullNodeDisk(lab: lab)
    case .clock: ClockShift(lab: lab, index: trial.point - 1)
    }
  }

  func node(_ name: String) -> LabNode? { description.node(name) }

  func down() async { await lab.down() }

  func note(in state: inout FinalState) async {
    for entry in await LabVersions.read(lab).entries {
      state.note(.standing, "\(entry.node): version of \(entry.instance)", entry.version ?? "no answer")
    }
    for node in LabStatus(of: lab).nodes {
      state.note(.standing, "\(node.name): sysupgrade", node.upgrade)
      state.note(.standing, "\(node.name): processes", "\(node.oldProcesses) old, \(node.newProcesses) new")
      for act in node.acts {
        state.note(.act, "\(node.name): \(act.name) (\(act.side))", "\(act.begun) begun, \(act.completed) completed")
      }
      let home = description.layout.home(of: node.name)
      state.note(.trace, "\(node.name): left in its home", FinalStateReader.files(in: home).joined(separator: ", "))
    }
    for group in description.groups {
      state.note(.standing, "\(group.name): served by", await servers(of: group).joined(separator: ", "))
    }
    state.note(.standing, "the load balancer's files", balancerFiles.joined(separator: ", "))
  }

  /// The nodes that answer behind the load balancer; asked until all have, or often enough.
  private func servers(of group: LabGroup) async -> [String] {
    let all = Set(description.instances(of: group).map(\.0.name))
    let client = TrafficClient(url: "\(group.url)/", rate: 50)
    await client.begin()
    let deadline = ContinuousClock.now + .seconds(2)
    var seen: Set<String> = []
    repeat {
      await Task.detached { try? await Task.sleep(for: .milliseconds(20)) }.value
      seen = Set(await client.report.answers.keys.map { String($0.split(separator: " ", maxSplits: 1).last ?? "") })
    } while seen != all && ContinuousClock.now < deadline
    _ = await client.stop()
    return seen.sorted()
  }

  /// What stands in the include files that `zdupgrade` writes, and whatever else it may have left beside them.
  private var balancerFiles: [String] {
    let folder = description.layout.nginx
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0 != "temp" && !$0.hasSuffix(".log") && $0 != "nginx.pid" }.sorted().map { name in
      let text = name.hasPrefix("servers-") ? TextFile.read("\(folder)/\(name)") : nil
      return text.map { "\(name): \(nodes(in: $0).split(separator: "\n").joined(separator: " "))" } ?? name
    }
  }

  /// `text` with the nodes' names for their addresses, which differ from lab to lab.
  private func nodes(in text: String) -> String {
    description.nodes.reduce(text) { text, node in
      node.instances.reduce(text) { $0.replacing("\(node.address):\($1.port)", with: node.name) }
    }
  }
}
