import FoundationEssentials
import Glibc

/// Runs `body` with a new folder of its own and removes the folder afterwards, also on failure.
func withScratchFolder<Result>(
  named name: String = "ssh tests ü", _ body: (String) async throws -> Result
) async throws -> Result {
  let base = "/tmp/zdu-ssh-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
  let folder = base + "/" + name
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: base) }
  return try await body(folder)
}

/// Runs `body`, then `finally`, whether `body` threw or not.
func cleaningUp<Result>(
  _ body: () async throws -> Result, finally: () async -> Void
) async throws -> Result {
  do {
    let result = try await body()
    await finally()
    return result
  } catch {
    await finally()
    throw error
  }
}

/// Waits until `condition` holds; fails after 20 s.
func eventually(_ condition: () async throws -> Bool) async throws {
  struct NeverHappened: Error {}
  let deadline = ContinuousClock.now + .seconds(20)
  while try await !condition() {
    if ContinuousClock.now > deadline { throw NeverHappened() }
    try await Task.sleep(for: .milliseconds(10))
  }
}
