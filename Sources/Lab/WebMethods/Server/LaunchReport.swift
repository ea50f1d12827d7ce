import Glibc
import Synchronization

/// How a process that `DetachedProcess` has started says that it is ready, or why it is not; only the first word counts.
public final class LaunchReport: Sendable {
  private let isGiven = Mutex(false)
  private let isDetached: Bool

  /// - Parameter isDetached: whether somebody waits for the report; else only a failure is printed.
  public init(isDetached: Bool) {
    self.isDetached = isDetached
    if isDetached { DetachedProcess.becomeIndependent() }
  }

  /// Says it.
  public func give(_ text: String) {
    let isFirst = isGiven.withLock { given in
      defer { given = true }
      return !given
    }
    guard isFirst else { return }
    guard isDetached else {
      if text != "ready" { ToolOutput().say("zdulab: \(text)") }
      return
    }
    _ = TextFile.write(Array(text.utf8) + [0], to: DetachedProcess.reportDescriptor)
    // Once closed, the number may be another file's.
    close(DetachedProcess.reportDescriptor)
  }
}
