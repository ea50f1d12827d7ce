import Foundation

/// The hook of the crash test (`scripts/test-crash`): with `ZDUPGRADE_CRASH_AT=N` in its environment, this process kills
/// itself with SIGKILL as soon as the journal holds entry number N, before anything else is done. The numbers go on when
/// a run is resumed. It is of no other use, and nothing else reads the variable.
enum CrashPoint {
  private static let number = ProcessInfo.processInfo.environment["ZDUPGRADE_CRASH_AT"].flatMap { Int($0) }

  /// Is told that the journal holds entry `number`.
  static func pass(_ number: Int) {
    if number == Self.number { kill(getpid(), SIGKILL) }
  }
}
