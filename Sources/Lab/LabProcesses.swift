import Glibc

/// The processes of one lab, found from outside: also after a crash of whoever started them.
struct LabProcesses: Sendable {
  /// The lab's folder, without symbolic links.
  let directory: String

  /// Those that run now, without the one that asks.
  ///
  /// All carry the lab's mark in their environment, but sshd and nginx (not haproxy) overwrite theirs with their titles; those are known
  /// by a file of the lab that they hold open.
  var running: [ProcessFacts] {
    ProcessFacts.own().filter { facts in
      guard facts.pid != getpid() else { return false }
      if facts.variable(LabEnvironment.mark) == directory { return true }
      return (facts.name.hasPrefix("sshd") || facts.name == "nginx") && facts.isUsing(directory)
    }
  }

  /// Ends them all, whatever they are doing: TERM, some time, KILL. Goes on when the task is cancelled.
  ///
  /// - Returns: those that are still there, which only the kernel can explain.
  @discardableResult
  func end(grace: Duration = .seconds(5)) async -> [ProcessFacts] {
    await Task.detached {
      let start = ContinuousClock.now
      var told: Set<ProcessFacts> = []
      while true {
        let running = running
        let waited = ContinuousClock.now - start
        if running.isEmpty || waited > grace + .seconds(5) { return running }
        for facts in running {
          if waited > grace {
            kill(facts.pid, SIGKILL)
          } else if told.insert(facts).inserted {
            kill(facts.pid, SIGTERM)
          }
        }
        try? await Task.sleep(for: .milliseconds(20))
      }
    }.value
  }

  /// The folders of all labs of which processes run.
  static var directories: Set<String> { Set(ProcessFacts.own().compactMap { $0.variable(LabEnvironment.mark) }) }
}
