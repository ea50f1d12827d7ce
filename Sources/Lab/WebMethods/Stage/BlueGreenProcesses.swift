import Glibc
import Upgrade

/// Starts and ends the gateways and datastores of a stage.
struct BlueGreenProcesses: Sendable {
  let description: BlueGreenDescription

  private var layout: BlueGreenLayout { BlueGreenLayout(directory: description.directory) }
  private var environment: [String] { LabEnvironment(LabLayout(directory: description.directory)).entries }

  /// Starts the HTTP server of a datastore.
  func startDatastore(_ name: String, folder: String, endpoint: String) async throws {
    let words = endpoint.split(separator: ":").map(String.init)
    try await start(
      name,
      [
        "datastore", "--address", words[0], "--port", words[1], "--folder", folder, "--user",
        description.datastoreUsername, "--password_file", layout.datastorePassword, "--detached",
      ])
  }

  /// Starts a gateway; returns when it serves.
  func start(_ node: BlueGreenNode) async throws { try await start(node.name, arguments(node) + ["--detached"]) }

  /// Tells a gateway to end, and returns when it has; one that does not within 15 s is killed.
  func stop(_ node: BlueGreenNode) async throws {
    guard let facts = options(node).launcherRecord.running else { return }
    _ = Glibc.kill(facts.pid, SIGTERM)
    let deadline = ContinuousClock.now + .seconds(15)
    while facts.isRunning {
      if ContinuousClock.now > deadline { await kill(node) }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// Ends a gateway without a word, as a machine that is lost; returns when it is gone.
  func kill(_ node: BlueGreenNode) async {
    let options = options(node)
    // The launcher first, so that it starts nothing again.
    for record in [options.launcherRecord, options.servingRecord] {
      guard let facts = record.running else { continue }
      _ = Glibc.kill(facts.pid, SIGKILL)
      _ = await Waiting.missing(within: .seconds(10)) { facts.isRunning ? ["end"] : [] }
      record.remove()
    }
  }

  /// Whether it serves.
  func isServing(_ node: BlueGreenNode) -> Bool { options(node).servingRecord.running != nil }

  /// Whether anything of it runs, also while it is away in a bounce.
  func isRunning(_ node: BlueGreenNode) -> Bool { options(node).launcherRecord.running != nil }

  /// What the gateway is.
  func options(_ node: BlueGreenNode) -> APIGatewayOptions {
    let isOldData = node.isOld || description.isSharingDatastore
    var options = APIGatewayOptions(
      name: node.name, address: node.address, port: node.port, version: node.version,
      datastore: isOldData ? layout.oldDatastore : layout.newDatastore, home: layout.home(of: node.name),
      passwordFile: layout.password)
    options.pathRepo = description.hasPathRepo && !isOldData ? layout.pathRepo : nil
    options.username = description.username
    options.tenant = description.tenant
    options.faults = layout.faults
    options.remoteWhitelist = [description.oldDatastore]
    options.bounceDelay = description.bounceDelay
    return options
  }

  private func arguments(_ node: BlueGreenNode) -> [String] {
    let options = options(node)
    let pathRepo = options.pathRepo.map { ["--path_repo", $0] } ?? []
    let whitelist = (options.remoteWhitelist ?? []).flatMap { ["--remote_whitelist", $0] }
    return [
      "gateway", "--address", options.address, "--port", "\(options.port)", "--gateway_version",
      options.version.rawValue,
      "--datastore", options.datastore, "--name", options.name, "--home", options.home, "--user", options.username,
      "--password_file", options.passwordFile, "--tenant", options.tenant, "--faults", layout.faults,
      "--bounce_delay", "\(options.bounceDelay)",
    ] + pathRepo + whitelist
  }

  private func start(_ name: String, _ arguments: [String]) async throws {
    let log = layout.log(of: name)
    let report = try await DetachedProcess.start(
      description.program, arguments, environment: environment, log: log, timeout: .seconds(60))
    guard report == "ready" else {
      let words = TextFile.read(log)?.split(separator: "\n").suffix(5).map(String.init) ?? []
      throw Failure(.exit, "start \(name): \(report.isEmpty ? "it ended at once" : report)", evidence: words)
    }
  }
}
