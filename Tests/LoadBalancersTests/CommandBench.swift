import CommandHandlers
import FoundationEssentials
import Glibc
import LoadBalancers
import Upgrade

/// A small real program as an operator would write it, which keeps the state of each node in a file.
struct CommandBench: Sendable {
  let directory: String

  /// Takes its time: the first `disable` and the first `drained` are not done yet.
  private static let program = #"""
    #!/bin/sh
    cd "$(dirname "$0")" || exit 1
    input=$(cat)
    printf '%s %s\n' "$*" "$input" >> calls
    server=$(printf '%s' "$input" | sed -n 's/.*"loadBalancerServer":"\([^"]*\)".*/\1/p')
    [ -n "$server" ] || { echo "no such server" >&2; exit 3; }
    shift $(($# - 1))
    case $1 in
      disable) if [ -e "$server.fails" ]; then : > "$server.off"; echo "failed half way" >&2; exit 1; fi; [ -e "$server.asked" ] || { : > "$server.asked"; echo "asked, größe"; exit 75; }; : > "$server.off";;
      drained) if [ -e "$server.busy" ]; then echo "still 1 connection"; exit 75; fi; [ -e "$server.seen" ] || { : > "$server.seen"; echo "still 2 connections"; exit 75; };;
      enable) rm -f "$server.off" "$server.asked" "$server.seen";;
      *) exit 64;;
    esac
    """#

  var path: String { directory + "/lb é" }

  /// Runs `body` with the program in a folder of its own, and removes it whatever happens.
  static func with(_ program: String = Self.program, _ body: (CommandBench) async throws -> Void) async throws {
    let bench = CommandBench(directory: "/tmp/zdu-command-\(getpid())-\(UInt32.random(in: 0...UInt32.max))")
    try FileManager.default.createDirectory(atPath: bench.directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: bench.directory) }
    try Data(program.utf8).write(to: URL(fileURLWithPath: bench.path))
    chmod(bench.path, 0o755)
    try await body(bench)
  }

  /// How it was called, each with what it read.
  func calls() throws -> [String] {
    try String(contentsOfFile: directory + "/calls", encoding: .utf8).split(separator: "\n").map(String.init)
  }

  /// Whether the program's own state says that the server is out.
  func isOff(_ server: String) -> Bool { access("\(directory)/\(server).off", F_OK) == 0 }

  /// The driver as the registry makes it.
  func driver(
    _ command: [String]? = nil, timeout: Int = 6000, clock: any Clock<Duration> = HastyClock(),
    output: @escaping @Sendable (Node, CommandOutput) async -> Void = { _, _ in }
  ) throws -> any LoadBalancer {
    let handler = LocalCommandHandler(grace: .milliseconds(200))
    return try LoadBalancerRegistry.standard.make(
      from: .object([
        "driver": .string("command"), "command": .array((command ?? [path, "--zone", "a b"]).map(Setting.string)),
        "timeout": .number(Double(timeout)),
      ]), file: "t.json",
      in: Surroundings(
        local: handler, remote: { _ in BalancerShell(handler: handler, node: "") }, clock: clock, output: output))
  }
}

/// Time that passes a hundred times as fast as it does outside: a second between two polls is 10 ms.
struct HastyClock: Clock {
  struct Instant: InstantProtocol {
    let sinceStart: Duration
    func advanced(by duration: Duration) -> Instant { Instant(sinceStart: sinceStart + duration) }
    func duration(to other: Instant) -> Duration { other.sinceStart - sinceStart }
    static func < (a: Instant, b: Instant) -> Bool { a.sinceStart < b.sinceStart }
  }

  private let start = ContinuousClock.now
  var now: Instant { Instant(sinceStart: (ContinuousClock.now - start) * 100) }
  var minimumResolution: Duration { .milliseconds(1) }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    try await ContinuousClock().sleep(for: now.duration(to: deadline) / 100)
  }
}
