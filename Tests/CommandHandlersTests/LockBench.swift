import CommandHandlers
import FoundationEssentials
import Glibc
import Synchronization
import TestDoubles
import Testing

@testable import Upgrade

/// Nodes that are folders here, each the home of a user, and runs that want their locks.
final class LockBench: CommandHandler {
  let folder: String
  let shell: String
  private let local = LocalCommandHandler(grace: .milliseconds(300))
  private let state = Mutex(State())

  private struct State {
    var cut: Set<String> = []
    var homes: [String: String] = [:]
    var count = 0
  }

  private init(_ program: String) throws {
    folder = "/tmp/zdu-lock-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // busybox is the shell by the name it is called.
    shell = folder + "/sh"
    try FileManager.default.createSymbolicLink(atPath: shell, withDestinationPath: program)
  }

  static func with(_ program: String = "/bin/sh", _ body: (LockBench) async throws -> Void) async throws {
    let bench = try LockBench(program)
    defer { try? FileManager.default.removeItem(atPath: bench.folder) }
    try await body(bench)
  }

  /// How many commands were sent.
  var count: Int { state.withLock(\.count) }

  /// Cuts `node` off, or connects it again.
  func cut(_ node: String, _ isCut: Bool = true) {
    state.withLock { state in
      if isCut { state.cut.insert(node) } else { state.cut.remove(node) }
    }
  }

  /// Gives `node` the home of `other`.
  func share(_ node: String, with other: String) {
    let home = home(other)
    state.withLock { $0.homes[node] = home }
  }

  /// The home on `node`.
  func home(_ node: String) -> String { "\(folder)/it's ü \(node)" }

  /// What is in that home, as paths.
  func files(_ node: String) -> [String] {
    ((try? FileManager.default.subpathsOfDirectory(atPath: home(node))) ?? []).sorted()
  }

  /// Writes down that the lock of `node` had its last sign of life so many seconds ago.
  func age(_ node: String, by seconds: Int) throws {
    let name = try #require(files(node).first { $0.contains("beat.") })
    try "\(time(nil) - seconds)\n".write(toFile: "\(home(node))/\(name)", atomically: false, encoding: .utf8)
  }

  /// The locks of a run on `nodes`.
  func locks(
    _ number: UInt16, on nodes: [String] = ["A"], host: String = "control", reason: String = "test",
    journal: any Journal = EventRecorder(), reconnectTime: Duration = .seconds(600),
    clock: any Clock<Duration> = ContinuousClock(), onLoss: @escaping @Sendable (Failure) async -> Void = { _ in }
  ) -> NodeLocks {
    NodeLocks(
      handler: self, run: Self.run(number),
      holder: LockHolder(host: host, user: "me", processID: Int32(number), reason: reason),
      nodes: nodes.map(Self.node), journal: journal, reconnectTime: reconnectTime, clock: clock, shell: shell,
      onLoss: onLoss)
  }

  var survey: LockSurvey { LockSurvey(handler: self, shell: shell) }

  /// Who holds the lock of `node`.
  func held(_ node: String = "A") async throws -> HeldLock? {
    guard let answer = await survey.look(at: [node]).first?.answer, case .held(let lock) = try answer.get() else {
      return nil
    }
    return lock
  }

  static func run(_ number: UInt16) -> RunID { RunID(Date(timeIntervalSince1970: 1_794_940_800), bits: number) }
  static func node(_ name: String) -> Node { Node(name: name, host: name, groups: []) }
  /// Acts that touch the node, and that do not.
  static let command = Act("stop", .run(Command("/bin/x"), timeout: nil))
  static let balancer = Act("in", .balancer(.enable))

  func run(
    _ command: ShellCommand, on node: String, timeout: Duration?,
    output: @escaping @Sendable (CommandOutput) async -> Void
  ) async throws -> CommandExit {
    let shared = state.withLock { $0.homes[node] }
    let isCut = state.withLock { $0.cut.contains(node) }
    state.withLock { $0.count += 1 }
    let home = shared ?? home(node)
    guard !isCut else { throw Failure(.unreachable, "no route") }
    // A sign of life that comes behind the test's end brings no folder back.
    guard mkdir(home, 0o755) == 0 || errno == EEXIST else { throw Failure(.unreachable, "the test is over") }
    let text = "echo welcome; HOME=\(ShellQuoting.quote(home)); export HOME; \(command.text)"
    return try await local.run(ShellCommand(text), on: node, timeout: timeout, output: output)
  }

  /// Waits until `condition` holds, 20 s at most.
  func eventually(_ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while try await !condition() {
      try #require(ContinuousClock.now < deadline, "it did not happen within 20 s")
      try await Task.sleep(for: .milliseconds(10))
    }
  }
}
