public import FoundationEssentials

/// Where notices go.
public struct NoticeTargets: Sendable {
  /// URLs that each gets a POST of the notice's JSON; they may hold a token.
  public let urls: [Secret]
  /// Lines for `/bin/sh` on the control node, which read the JSON on standard input.
  public let commands: [String]

  /// Targets.
  public init(urls: [Secret] = [], commands: [String] = []) {
    self.urls = urls
    self.commands = commands
  }

  /// Whether there is none.
  public var isEmpty: Bool { urls.isEmpty && commands.isEmpty }
}

/// Tells people of a run who do not watch it. The run neither waits for that nor fails with it: what cannot be delivered
/// is tried three times, and told.
public actor Notifier: EventReader {
  private static let tries = 3
  private static let limit = Duration.seconds(10)
  private let targets: NoticeTargets
  private let http: any HTTPExchange
  private let commands: any CommandHandler
  private let clock: any Clock<Duration>
  private let now: @Sendable () -> Date
  private let onFailure: @Sendable (String) async -> Void
  private var maker: NoticeMaker
  private var last: Task<Void, Never>?
  /// The targets to which the last notice could not be delivered: they get one try, so that not each costs its time.
  private var silent: Set<String> = []

  /// A notifier of the run that `origin` has in hand.
  ///
  /// - Parameters:
  ///   - commands: runs commands on the control node.
  ///   - onFailure: is told what could not be delivered, and why.
  public init(
    _ targets: NoticeTargets, of origin: RunOrigin, http: any HTTPExchange, commands: any CommandHandler,
    clock: any Clock<Duration> = ContinuousClock(), now: @escaping @Sendable () -> Date = { Date() },
    onFailure: @escaping @Sendable (String) async -> Void
  ) {
    self.targets = targets
    self.http = http
    self.commands = commands
    self.clock = clock
    self.now = now
    self.onFailure = onFailure
    maker = NoticeMaker(origin)
  }

  /// Takes in what another process has done; nothing of it is told again.
  public func replay(_ event: Event) { maker.replay(event) }

  /// Sends what is to be told of `event`, behind what was sent before.
  public func read(_ event: Event) {
    guard !targets.isEmpty, let notice = maker.notice(of: event, at: now()) else { return }
    last = Task { [last] in
      await last?.value
      await deliver(notice)
    }
  }

  /// Returns when all is delivered or given up, or `limit` has passed.
  public func finish(within limit: Duration = .seconds(20)) async {
    guard let last else { return }
    await withTaskGroup(of: Void.self) { [clock] group in
      group.addTask { await last.value }
      group.addTask {
        try? await clock.sleep(for: limit)
        if !Task.isCancelled { last.cancel() }
      }
      await group.next()
      group.cancelAll()
    }
  }

  private nonisolated func deliver(_ notice: Notice) async {
    let json: [UInt8]
    do { json = try notice.json } catch { return await onFailure("a notification could not be written: \(error)") }
    await withTaskGroup(of: Void.self) { group in
      for (index, url) in targets.urls.enumerated() {
        group.addTask { await self.persist("--notify_url, number \(index + 1)") { try await self.post(json, to: url) } }
      }
      for command in targets.commands {
        group.addTask {
          await self.persist("--notify_command '\(command)'") { try await self.run(command, json, notice) }
        }
      }
    }
  }

  /// Does `body` up to three times, for the target of that name.
  private func persist(_ name: String, _ body: @Sendable () async throws -> Void) async {
    let tries = silent.contains(name) ? 1 : Self.tries
    var pause = Duration.seconds(1)
    for attempt in 1...tries {
      do {
        try await body()
        silent.remove(name)
        return
      } catch {
        guard attempt < tries, !Task.isCancelled else {
          silent.insert(name)
          let reason = Failure.from(error, as: .unreachable).message
          return await onFailure("\(name): a notification could not be delivered: \(reason)")
        }
        try? await clock.sleep(for: pause)
        pause *= 3
      }
    }
  }

  private nonisolated func post(_ json: [UInt8], to url: Secret) async throws {
    let question = HTTPQuestion("POST", url.reveal(), json: json, isBodyNeeded: false)
    let answer: HTTPAnswer
    do { answer = try await http.answer(to: question, trust: TLSTrust(), timeout: Self.limit) } catch {
      // The reason may have the URL in it, and that a token.
      throw Failure(Failure.from(error, as: .unreachable).kind, "there is no answer")
    }
    guard (200..<300).contains(answer.status) else { throw Failure(.refused, "it answers \(answer.status)") }
  }

  private nonisolated func run(_ command: String, _ json: [UInt8], _ notice: Notice) async throws {
    let exit = try await commands.run(
      ShellCommand("export ZDU_EVENT=\(notice.event.rawValue); \(command)", standardInput: json + Array("\n".utf8)),
      on: "control node", timeout: Self.limit
    ) { _ in }
    switch exit {
    case .code(0): return
    case .code(let code): throw Failure(.exit, "exit code \(code)")
    case .signal(let name): throw Failure(.signal, "ended by signal \(name)")
    }
  }
}
