import Upgrade

/// Writes include files and makes nginx take them over, or leaves everything as it was.
struct NginxReload: Sendable {
  let host: NginxHost
  let clock: any Clock<Duration>
  /// How long the new workers may take.
  let limit: Duration

  /// Does it, and gives the workers from right before the reload.
  ///
  /// - Throws: `Failure` of kind `.balancer`, or `CancellationError`, after the files were put back; when that fails too,
  ///   the failure says which file is to be put right by hand.
  func apply(
    _ edits: [NginxEdit], output: @escaping @Sendable (CommandOutput) async -> Void
  ) async throws -> Set<NginxProcesses.Identity> {
    var written: [NginxEdit] = []
    var mayHaveReloaded = false
    do {
      let outcomes = await edits.concurrentMap(atOnce: 8) { await write($0) }
      written = zip(edits, outcomes).filter { $1 == nil }.map(\.0)
      if let failure = outcomes.compactMap(\.self).first { throw failure }
      try Task.checkCancellation()
      try await host.check(output: output)
      mayHaveReloaded = true
      let before = try await host.hangUp().all
      try await waitUntilReplaced(before, clock)
      return before
    } catch {
      try await undo(written.reversed(), mayHaveReloaded, after: error)
      throw error
    }
  }

  private func write(_ edit: NginxEdit) async -> Failure? {
    do { try await host.replace(edit.path, edit.old, by: edit.new) } catch {
      return Failure.from(error, as: .balancer)
    }
    return nil
  }

  /// nginx logs a configuration that it refuses, and goes on with the old one: only its workers show what happened.
  private func waitUntilReplaced(_ before: Set<NginxProcesses.Identity>, _ clock: some Clock<Duration>) async throws {
    let deadline = clock.now.advanced(by: limit)
    // New workers are there within a few milliseconds, but where the configuration is large.
    var pause = Duration.milliseconds(5)
    repeat {
      guard let processes = try await host.processes() else {
        throw Failure(.balancer, "nginx: master is dead, it ended during the reload")
      }
      if processes.haveReplaced(before) { return }
      try await clock.sleep(for: pause)
      pause = min(pause * 2, .milliseconds(50))
    } while clock.now < deadline
    throw Failure(
      .balancer, "nginx: no new worker processes within \(limit.inSeconds) after the reload", exitCode: 124,
      remedy: "see nginx's error log for why it kept its old configuration")
  }

  /// Puts the files back, also when the task was cancelled.
  private func undo(_ edits: [NginxEdit], _ mayHaveReloaded: Bool, after error: any Error) async throws {
    try await Task {
      for edit in edits {
        do {
          try await host.replace(edit.path, edit.new, by: edit.old)
        } catch let second {
          throw Self.both(error, second, "\(edit.path) was not put back", "put \(edit.path) right by hand, then reload")
        }
      }
      // A dead master has read nothing and will read the right files when it is started.
      guard mayHaveReloaded, try await host.processes() != nil else { return }
      do {
        _ = try await host.hangUp()
      } catch let second {
        throw Self.both(error, second, "the files were put back, but nginx was not reloaded", "reload nginx by hand")
      }
    }.value
  }

  private static func both(_ first: any Error, _ second: any Error, _ state: String, _ remedy: String) -> Failure {
    let (first, second) = (Failure.from(first, as: .balancer), Failure.from(second, as: .balancer))
    return Failure(
      .balancer, "\(first.message); then \(state): \(second.message)", exitCode: first.exitCode,
      evidence: first.evidence + second.evidence, remedy: remedy)
  }
}
