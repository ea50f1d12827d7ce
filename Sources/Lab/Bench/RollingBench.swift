import CommandHandlers
import FoundationEssentials
import Glibc
import Records
import Upgrade

/// Task D: the commands of a rolling upgrade of three hosts, run and journaled as `zdupgrade` does it: 8 on all hosts at
/// once, none before all have ended the one before, then 16 on one host after another.
struct RollingBench: Sendable {
  let farm: BenchFarm
  let hosts: [String]
  /// Where the journal goes; nil has none.
  let journalFolder: String?

  func run() async throws -> BenchResult {
    let handler = SSHCommandHandler(targets: farm.targets(hosts))
    let journal = try await journal()
    let runner = CommandRunner(
      handler: handler, secrets: [:], diagnosis: NoDiagnosis(), journal: EventFeed(journal.map { [$0] } ?? []))
    _ = await hosts.concurrentMap { try? await handler.connect(to: $0) }
    var troubles: [String?] = []
    for step in 0..<8 { troubles += await hosts.concurrentMap { await trouble(runner, step, on: $0) } }
    for host in hosts {
      for step in 0..<16 { troubles.append(await trouble(runner, step, on: host)) }
    }
    await journal?.end(.success)
    await handler.disconnect()
    if let failure = await journal?.failure { throw failure }
    return BenchResult(of: troubles)
  }

  private func trouble(_ runner: CommandRunner, _ step: Int, on host: String) async -> String? {
    do {
      let command = step.isMultiple(of: 2) ? Command(words: [.text("true")]) : Command("echo", "step")
      try await runner.run(command, on: host, timeout: nil).check()
      return nil
    } catch {
      return "\(host): \(error)"
    }
  }

  private func journal() async throws -> JournalFile? {
    guard let journalFolder else { return nil }
    let id = RunID(Date(), bits: .random(in: 0...UInt16.max))
    let origin = RunOrigin(
      run: id, version: "bench", host: "localhost", processID: getpid(), user: "bench", nodes: hosts)
    let folder = try RunFolder.make(id, in: journalFolder)
    return try await JournalFile.begin(in: folder, origin, now: { Date() }) { _ in }
  }
}
