import FoundationEssentials
import Upgrade

/// Looks at a lab behind an upgrade.
struct FinalStateReader: Sendable {
  let lab: Lab
  /// The folder that holds the logs, and the home of `zdupgrade`.
  let folder: String
  /// How long what is about to end may take.
  let patience: Duration

  private var description: LabDescription { lab.description }

  /// How it stands; what is about to end gets some time for it.
  ///
  /// - Parameters:
  ///   - code: the exit code of the last `zdupgrade`.
  ///   - reference: how it should stand; as long as it stands otherwise it is looked at again.
  func read(code: Int32, until reference: FinalState?) async -> FinalState {
    let deadline = ContinuousClock.now + patience
    while true {
      let state = await read(code: code)
      let isDone = reference.map { state.differences(from: $0, in: [.standing, .trace]).isEmpty } ?? strays.isEmpty
      if isDone || ContinuousClock.now > deadline { return state }
      await Task.detached { try? await Task.sleep(for: .milliseconds(200)) }.value
    }
  }

  private func read(code: Int32) async -> FinalState {
    var state = FinalState()
    state.note(.standing, "exit code", "\(code)")
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
      state.note(.trace, "\(node.name): left in its home", Self.files(in: home).joined(separator: ", "))
    }
    for group in description.groups {
      state.note(.standing, "\(group.name): served by", await servers(of: group).joined(separator: ", "))
    }
    state.note(.standing, "the load balancer's files", balancerFiles.joined(separator: ", "))
    state.note(.standing, "left on the control node", Set(Self.files(in: folder)).sorted().joined(separator: ", "))
    state.note(.standing, "left processes", strays.joined(separator: ", "))
    return state
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

  /// The lab's processes that are neither servers nor the product's.
  private var strays: [String] {
    var known: Set<Int32> = []
    for node in description.nodes {
      for side in Side.allCases {
        let installation = Installation(side, of: node, in: description)
        known.formUnion(installation.services.compactMap { installation.record(of: $0).running?.pid })
      }
      let pid = TextFile.read("\(description.layout.sshd(node.name))/sshd.pid")?.split(separator: "\n").first
      if let pid = pid.flatMap({ Int32($0) }) { known.insert(pid) }
    }
    return LabProcesses(directory: lab.directory).running.filter {
      !known.contains($0.pid) && $0.name != "nginx" && $0.name != "haproxy"
    }.map(\.name).sorted()
  }

  /// The files in `folder` and below, with placeholders for what differs from run to run; nothing where it is not there.
  static func files(in folder: String) -> [String] {
    let found = FileManager.default.subpaths(atPath: folder) ?? []
    return found.filter { !$0.hasSuffix(".out") }.map(mask).sorted()
  }

  /// The name with `RUN` for a run's id and `TIME` for a time.
  static func mask(_ text: String) -> String {
    text.replacing(/[0-9]{8}T[0-9]{6}(\.[0-9]{3})?Z-[0-9a-f]{4}/, with: "RUN")
      .replacing(/[0-9]{8}T[0-9]{6}(\.[0-9]{3})?Z/, with: "TIME")
  }
}
