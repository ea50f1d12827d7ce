import CSubreaper
import Glibc

/// The daemons of a lab that a program starts and ends itself: their parents have ended, and where the system's first
/// process is slow to bury the dead (as in many containers) they would be listed for some time after they are gone.
public enum Orphans {
  /// Runs `work`, whose daemons this process adopts, and takes them off the list behind it.
  public static func minding<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
    adopt()
    let burying = Task { await buryAsTheyDie() }
    do {
      let result = try await work()
      burying.cancel()
      await bury()
      return result
    } catch {
      burying.cancel()
      await bury()
      throw error
    }
  }

  /// Takes daemons off the list while the work goes on: long tests would leave thousands of them there.
  private static func buryAsTheyDie() async {
    var known: Set<ProcessFacts> = []
    while !Task.isCancelled {
      try? await Task.sleep(for: .seconds(2))
      let dead = Set(ProcessFacts.deadChildren())
      // Whoever waits for a child of our own has done so by now.
      for facts in dead.intersection(known) { waitpid(facts.pid, nil, WNOHANG) }
      known = dead
    }
  }

  /// From now on they are this process's children; this holds for the whole process.
  private static func adopt() { _ = become_subreaper() }

  /// Waits, for two seconds at most, until all children that have ended are off the list. No other child may be needed.
  private static func bury() async {
    let deadline = ContinuousClock.now + .seconds(2)
    while ContinuousClock.now < deadline {
      switch waitpid(-1, nil, WNOHANG) {
      case -1: return
      case 0: try? await Task.sleep(for: .milliseconds(10))
      default: continue
      }
    }
  }
}
