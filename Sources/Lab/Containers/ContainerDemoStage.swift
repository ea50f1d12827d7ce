import Upgrade

/// The lab of a demo in containers: what an operator does in a night, from the first look to the end, and with something
/// befalling a node in the middle of a step.
struct ContainerDemoStage: DemoStage {
  /// How often a run is resumed before it is given up.
  private static let patience = 3

  private let lab: ContainerLab
  private let fault: ContainerFault?
  private let isDryRun: Bool
  private let before: LabVersions
  private let story: DemoStory

  /// Starts one; `say` prints what happens beside `zdupgrade`.
  init(_ options: ContainerOptions, say: @escaping @Sendable (String) -> Void) async throws {
    lab = try await ContainerStart.up(options)
    fault = options.fault
    isDryRun = options.isDryRun
    before = await LabVersions.read(lab.description)
    story = DemoStory(say: say)
    say(lab.text)
    try TextFile.write("Host *\n  ServerAliveInterval 3\n", to: sshConfig)
  }

  var groups: [LabGroup] { lab.description.groups }
  var isCounting: Bool { false }
  var logs: String { "\(lab.description.directory)/logs" }

  /// With a fault the times are shorter than by default: nobody wants to wait for minutes until a node counts as lost.
  func arguments(logs: String) -> [String] {
    let short = ["--connect_time", "5", "--reconnect_time", "10", "--step_time", "20"]
    return LabGuide.arguments(for: lab.description, logs: logs) + ["--ssh_config", sshConfig]
      + (fault == nil ? [] : short)
  }

  /// What an operator might have in his, in its place.
  private var sshConfig: String { "\(lab.description.directory)/ssh_config" }

  func upgrade(_ zdupgrade: UpgradeProgram, _ more: [String], logs: String) async throws -> Int32 {
    let night = DemoNight(zdupgrade: zdupgrade, run: arguments(logs: logs) + more, logs: logs, story: story)
    try await night.look(in: lab.description.directory)
    if isDryRun { return 0 }
    guard let fault else { return try await night.perform("run", night.run) }
    return try await upgrade(night, fault)
  }

  /// The run during which something befalls a node, what `status` says of it, and the end of it.
  private func upgrade(_ night: DemoNight, _ fault: ContainerFault) async throws -> Int32 {
    let nodes = lab.description.nodes
    let node = nodes.count > 1 ? nodes[1] : nodes[0]
    try await lab.set(Fault(node: node.name, step: .apply, kind: .slow, argument: "8"))
    let blow = Task { try await strike(fault, node) }
    var code: Int32
    do {
      code = try await night.perform("run", night.run)
    } catch {
      blow.cancel()
      _ = try? await blow.value
      throw error
    }
    blow.cancel()
    guard (try? await blow.value) != nil else {
      story.complain("\(node.name) never came to its apply, so nothing befell it")
      return code
    }
    if code == 0 { story.complain("the run ended well, as if nothing had befallen \(node.name)") }
    _ = try await night.perform("status", ["status", "--log_dir", night.logs])
    lab.clearFaults()
    try await lab.heal(fault, node)
    story.tell("--- \(node.name) \(fault.cure)")
    var resumes = 0
    while code != 0, resumes < Self.patience {
      resumes += 1
      code = try await night.perform("resume", ["resume", "--log_dir", night.logs] + secrets)
    }
    return code
  }

  private var secrets: [String] {
    let layout = lab.description.layout
    return ["--password_file", layout.password, "--domain_passphrase_file", layout.domainPassphrase]
  }

  /// Waits until `sysupgrade apply` is at work on `node`, and strikes.
  private func strike(_ fault: ContainerFault, _ node: LabNode) async throws {
    let acts = Installation(.new, of: node, in: lab.description).acts.path
    let wait = "until grep -qs 'begun apply' \"$0\"; do sleep 0.1; done"
    _ = try await lab.run(["sh", "-c", wait, acts], on: node)
    try await lab.strike(fault, node)
    story.tell("--- \(node.name) is \(fault.past) in the middle of its apply")
  }

  func account(exitCode: Int32, answered: Int) async throws -> DemoAccount {
    let after = await LabVersions.read(lab.description)
    var complaints = story.complaints
    if exitCode == 0 {
      let right = lab.description.version(isDryRun ? .old : .new)
      for entry in after.entries where entry.version != right {
        complaints.append("\(entry.instance) on \(entry.node) answers with \(entry.version ?? "nothing")")
      }
      complaints += try await leftovers()
    }
    return DemoAccount(
      text: "\(story.table)\n\n\(before.table(after: after))", complaints: complaints)
  }

  /// What a run that ended well has left on the nodes, where it must leave nothing.
  private func leftovers() async throws -> [String] {
    var found: [String] = []
    for node in lab.description.nodes {
      let look = "cd ~\(Machine.user) && find .zdupgrade -mindepth 1 2>/dev/null || true"
      let files = try await lab.run(["bash", "-c", look], on: node).split(separator: "\n").sorted()
      if !files.isEmpty { found.append("left on \(node.name): \(files.joined(separator: ", "))") }
    }
    return found
  }

  func down() async { await lab.down() }
}
