import CommandHandlers
import FoundationEssentials
import Glibc
import Testing
import Upgrade

@Suite("LocalCommandHandler: how a command is ended")
struct LocalCommandEndTests {
  private let handler = LocalCommandHandler(grace: .milliseconds(300))

  @Test("a deadline ends the command and its grandchildren, also those that ignore TERM")
  func deadline() async throws {
    let numbers = Numbers()
    let tree = "(trap '' TERM; sleep 300 & echo $!; wait) & echo $!; sleep 300 & echo $!; echo $$; wait"
    let failure = await #expect(throws: Failure.self) {
      try await handler.run(ShellCommand(tree), on: "", timeout: .milliseconds(500)) { numbers.printed.append($0) }
    }
    #expect(failure?.kind == .timeout && failure?.exitCode == 124)
    #expect(numbers.all.count == 4)
    #expect(await numbers.allGone())
  }

  @Test("cancellation ends the command and its grandchildren")
  func cancellation() async throws {
    let numbers = Numbers()
    let task = Task {
      try await handler.run(ShellCommand("sleep 300 & echo $!; echo $$; wait"), on: "", timeout: nil) {
        numbers.printed.append($0)
      }
    }
    #expect(await poll { numbers.all.count == 2 })
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(await numbers.allGone())
  }

  @Test("a command that was cancelled before it began is not started")
  func cancelledBefore() async throws {
    let marker = "/tmp/zdu-local-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    defer { unlink(marker) }
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await handler.run(ShellCommand("touch \(marker)"), on: "", timeout: nil) { _ in }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(access(marker, F_OK) != 0)
  }

  @Test("a grandchild may use TERM to clean up, within the grace, although the shell itself is gone at once")
  func cleanUp() async throws {
    let marker = "/tmp/zdu-local-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    defer { unlink(marker) }
    let handler = LocalCommandHandler(grace: .seconds(30))
    let start = ContinuousClock.now
    await #expect(throws: Failure.self) {
      try await handler.run(
        ShellCommand("(trap 'sleep 0.3; touch \(marker); exit' TERM; sleep 300 & wait) & wait"), on: "",
        timeout: .milliseconds(500)
      ) { _ in }
    }
    #expect(access(marker, F_OK) == 0)
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test("a command that closes its streams early is still waited for, and still ended by the deadline")
  func closedStreams() async throws {
    let exit = try await handler.run(ShellCommand("exec >&- 2>&-; sleep 0.2; exit 7"), on: "", timeout: .seconds(30)) {
      _ in
    }
    #expect(exit == .code(7))
    let failure = await #expect(throws: Failure.self) {
      try await handler.run(ShellCommand("exec >&- 2>&-; sleep 300"), on: "", timeout: .milliseconds(300)) { _ in }
    }
    #expect(failure?.kind == .timeout)
  }

  @Test("a process left in the background neither delays the end nor is killed")
  func background() async throws {
    let numbers = Numbers()
    let start = ContinuousClock.now
    let exit = try await handler.run(ShellCommand("sleep 300 & echo $!"), on: "", timeout: .seconds(60)) {
      numbers.printed.append($0)
    }
    #expect(exit == .code(0) && ContinuousClock.now - start < .seconds(30))
    let left = try #require(numbers.all.first)
    #expect(kill(left, 0) == 0)
    kill(left, SIGKILL)
  }
}

/// The process numbers that a command printed, one a line.
private struct Numbers {
  let printed = Printed()
  var all: [Int32] { printed.text(.standardOutput).split(separator: "\n").compactMap { Int32($0) } }

  func allGone() async -> Bool { await poll { !all.contains(where: isAlive) } }

  private func isAlive(_ number: Int32) -> Bool {
    guard let stat = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8) else { return false }
    return !stat.contains(") Z ")
  }
}

/// Whether `condition` comes true within 10 s.
private func poll(_ condition: () -> Bool) async -> Bool {
  for _ in 0..<1000 {
    if condition() { return true }
    try? await Task.sleep(for: .milliseconds(10))
  }
  return condition()
}
