import CommandHandlers
import FoundationEssentials
import Glibc
import Testing
import Upgrade

/// A root folder for jobs, and the shells to try them with; all that runs in its jobs is ended with it.
struct DetachedBench {
  /// The shells that a node's `/bin/sh` may be; busybox is left out, with a word, where it is not installed.
  static let shells: [String] = ["/bin/dash", "/bin/bash", "/bin/busybox", "/usr/bin/busybox"].filter {
    access($0, X_OK) == 0
  }

  let folder: String
  let shell: String
  let handler = LocalCommandHandler(grace: .milliseconds(300))
  let runner: DetachedRunner

  var root: String { folder + "/it's ü root" }

  private init(_ program: String) throws {
    folder = "/tmp/zdu-detached-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // busybox is the shell by the name it is called.
    shell = folder + "/sh"
    try FileManager.default.createSymbolicLink(atPath: shell, withDestinationPath: program)
    runner = DetachedRunner(handler: handler, reconnectTime: .seconds(5), wait: .seconds(5))
  }

  static func with(_ program: String = "/bin/sh", _ body: (DetachedBench) async throws -> Void) async throws {
    let bench = try DetachedBench(program)
    do {
      try await body(bench)
      await bench.clear()
    } catch {
      await bench.clear()
      throw error
    }
  }

  private func clear() async {
    for run in (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? [] {
      for step in (try? FileManager.default.contentsOfDirectory(atPath: root + "/" + run)) ?? [] {
        if let job = try? job(step, in: run) { _ = try? await runner.end(job, on: "", grace: .zero) }
      }
    }
    try? FileManager.default.removeItem(atPath: folder)
  }

  func job(_ step: String = "step", in run: String = "run-1") throws -> DetachedJob {
    try DetachedJob(run: run, step: step, root: root, shell: shell)
  }

  func path(_ name: String, step: String = "step") -> String { "\(root)/run-1/\(step)/\(name)" }

  func file(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

  @discardableResult
  func run(
    _ text: String, input: [UInt8] = [], step: String = "step", timeout: Duration? = .seconds(60)
  ) async throws -> (exit: CommandExit, bytes: [UInt8]) {
    let printed = Printed()
    let exit = try await runner.run(
      ShellCommand(text, standardInput: input), as: try job(step), on: "", timeout: timeout
    ) { printed.append($0) }
    return (exit, printed.bytes(.standardOutput))
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
