import CommandHandlers
import FoundationEssentials
import Testing

@testable import Upgrade

@Suite("What a run's jobs leave on a node")
struct DetachedSweepTests {
  @Test("what ended well is removed, what failed only on demand, what runs never", arguments: DetachedBench.shells)
  func sweep(_ shell: String) async throws {
    try await DetachedBench.with(shell) { bench in
      #expect(try await bench.runner.sweep(bench.job(), all: true, on: "") == 0, "there is nothing")
      #expect(try await bench.runner.count(bench.job(), on: "") == 0)
      try await bench.run("echo good", step: "good")
      try await bench.run("exit 3", step: "bad")
      try await bench.run("echo other >\(ShellQuoting.quote(bench.folder))/other", step: "also-good")
      let running = Task { try? await bench.run("sleep 60", step: "running") }
      try await bench.eventually { try await bench.runner.state(of: bench.job("running"), on: "") == .running }

      #expect(try await bench.runner.count(bench.job(), on: "") == 1)
      #expect(try await bench.runner.sweep(bench.job(), all: false, on: "") == 2)
      #expect(Set(try FileManager.default.contentsOfDirectory(atPath: bench.root + "/run-1")) == ["bad", "running"])
      #expect(try await bench.runner.sweep(bench.job(), all: true, on: "") == 1)
      try await bench.runner.end(bench.job("running"), on: "", grace: .zero)
      _ = await running.value
      #expect(try await bench.runner.sweep(bench.job(), all: true, on: "") == 0)
      #expect(!FileManager.default.fileExists(atPath: bench.root), "nothing is left of the run")
    }
  }
}
