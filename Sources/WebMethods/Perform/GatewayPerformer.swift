import Upgrade

/// Performs what a blue-green plan asks of gateways, over their administration API. What is asked and seen is in the
/// journal; no secret is.
public struct GatewayPerformer: OperationPerformer {
  /// What it works with.
  public struct Parts: Sendable {
    /// What asks each node, by its name.
    public let clients: [String: GatewayClient]
    /// What a reindex copies from; nil where none is planned.
    public let source: ReindexSource?
    /// The sides' versions, where they are known.
    public let versions: (old: GatewayVersion?, new: GatewayVersion?)
    /// What gateways are told to call; nil where polling does.
    public let webhooks: WebhookRegistration?
    /// Wakes whoever waits.
    public let events: any WebhookEvents
    /// Runs the operator's commands on the control node.
    public let control: any ControlCommand

    /// The parts.
    public init(
      clients: [String: GatewayClient], source: ReindexSource? = nil,
      versions: (old: GatewayVersion?, new: GatewayVersion?) = (nil, nil), webhooks: WebhookRegistration? = nil,
      events: any WebhookEvents = NoWebhookEvents(), control: any ControlCommand
    ) {
      self.clients = clients
      self.source = source
      self.versions = versions
      self.webhooks = webhooks
      self.events = events
      self.control = control
    }
  }

  private let settings: BlueGreenSettings
  private let parts: Parts
  private let pace: GatewayPace
  private let journal: any Journal
  private let clock: any Clock<Duration>

  /// A performer for the nodes of `settings`.
  ///
  /// - Parameter pace: that of the settings without it.
  public init(
    _ settings: BlueGreenSettings, _ parts: Parts, pace: GatewayPace? = nil, journal: any Journal,
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.settings = settings
    self.parts = parts
    self.pace = pace ?? GatewayPace(interval: settings.times[.pollInterval], settling: settings.times[.settling])
    self.journal = journal
    self.clock = clock
  }

  /// Performs `operation` on `node`, and returns when it was seen to have had its effect.
  public func perform(
    _ operation: Operation, on node: Node, isAccepted: Bool, accepted: @escaping @Sendable () async -> Void
  ) async throws {
    guard let wanted = GatewayOperation(operation), let client = parts.clients[node.name] else {
      throw Failure(.refused, "nothing here can do '\(operation.name)' on \(node.name)")
    }
    if case .control(let command) = wanted { return try await parts.control.run(command, about: node) }
    let lines = operation.lines.isEmpty ? [operation.name] : operation.lines
    await journal.record(.commandStarted(node: node.name, lines: lines))
    let work = GatewayWork(
      client: client, operation: operation, node: node, isAccepted: isAccepted, accepted: accepted, pace: pace,
      events: parts.events, journal: journal, clock: clock, watch: Stopwatch(clock))
    do {
      if isAccepted { await work.say("the gateway had accepted it before, so it is only waited for") }
      try await perform(wanted, work)
      await journal.record(.commandEnded(node: node.name, exit: .code(0), reason: nil))
    } catch {
      let failure = Failure.from(error, as: .gateway)
      await journal.record(.commandEnded(node: node.name, exit: nil, reason: failure.message))
      throw failure
    }
  }

  /// Removes the run's webhooks from the side of `node`. One that is quiesced keeps them; of one that is gone when `all` is
  /// well, as the old side is then, nothing is told.
  public func cleanUp(_ node: Node, all: Bool) async throws -> String? {
    guard let webhooks = parts.webhooks, let client = parts.clients[node.name], isFirst(node.name) else { return nil }
    do {
      try await client.withoutRetry.deleteWebhooks(withURLPrefix: webhooks.address.prefix)
      return nil
    } catch let failure as Failure {
      guard !all || failure.kind != .unreachable else { return nil }
      return "perhaps the run's webhook, which nobody listens to any more (\(failure.message))"
    }
  }

  private func perform(_ wanted: GatewayOperation, _ work: GatewayWork) async throws {
    switch wanted {
    case .ensureHealthy: try await LifeWork(work: work).healthy()
    case .ensureQuiescePort(let port):
      await work.say(try await work.client.ensureQuiescePort(port) ? "it was made" : "it is there")
    case .registerWebhook: await registerWebhook(work)
    case .clean, .reindex, .transform: try await migrate(wanted, work)
    case .quiesceDesigntime: try await QuiesceWork(work: work).quiesceDesigntime()
    case .endDesigntime: try await QuiesceWork(work: work).endDesigntime()
    case .quiesceAll(let port): try await QuiesceWork(work: work).quiesceAll(port)
    case .restart: try await LifeWork(work: work).restart()
    case .shutDown(let route, let minutes):
      let port = settings.nodes.first { $0.name == work.node.name }?.quiescePort
      try await LifeWork(work: work).shutDown(route, minutes: minutes, quiescePort: port)
    case .control: break
    }
  }

  private func migrate(_ wanted: GatewayOperation, _ work: GatewayWork) async throws {
    var migration: MigrationWork
    switch wanted {
    case .clean(let hasBackup):
      migration = MigrationWork(work, .clean) { try await $0.startClean(backup: hasBackup) }
    case .reindex(let data):
      guard let source = parts.source else { throw Failure(.refused, "there is no source to copy from") }
      let (version, properties) = (parts.versions.new, settings.migration?.properties ?? [:])
      migration = MigrationWork(work, .reindex) {
        try await $0.startReindex(data, from: source, version: version, properties: properties)
      }
    default: migration = MigrationWork(work, .transform) { try await $0.startTransform() }
    }
    try await migration.run()
  }

  /// Where it cannot be done, polling does.
  private func registerWebhook(_ work: GatewayWork) async {
    guard let webhooks = parts.webhooks else { return await work.say("there is no listener, so polling does") }
    let isNew = settings.new?.nodes.contains { $0.name == work.node.name } == true
    do {
      try await webhooks.ensure(
        on: work.client, isNew: isNew, version: isNew ? parts.versions.new : parts.versions.old)
      await work.say("it is registered")
    } catch {
      let failure = Failure.from(error, as: .gateway)
      await journal.record(
        .warning(node: work.node.name, text: "no webhook, so polling has to do: \(failure.message)"))
    }
  }

  private func isFirst(_ name: String) -> Bool {
    [settings.old.nodes.first, settings.new?.nodes.first].contains { $0?.name == name }
  }
}
