import CSubreaper
import Glibc

/// The daemons of a lab that a program starts and ends itself: their parents have ended, and where the system's first
/// process is slow to bury the dead (as in many containers) they would be listed for some time after they are gone.
public enum Orphans {
  /// Runs `work`, whose daemons this process adopts, and takes them off the list behind it.
  public static func minding<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
    adopt()
    do {
      let result = try await work()
      await bury()
      return result
    } catch {
      await bury()
      throw error
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
