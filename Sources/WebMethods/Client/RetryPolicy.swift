/// How often a request is sent that is safe to repeat, and with which pauses.
public struct RetryPolicy: Sendable, Hashable {
  /// How often it is sent at most; 1 for a single try.
  public let tries: Int
  /// The pause behind the first try; each further one is twice as long.
  public let firstPause: Duration
  /// The longest pause.
  public let longestPause: Duration

  /// A policy.
  public init(tries: Int, firstPause: Duration = .milliseconds(500), longestPause: Duration = .seconds(8)) {
    self.tries = max(1, tries)
    self.firstPause = firstPause
    self.longestPause = longestPause
  }

  /// Four tries within 3.5 s of pauses.
  public static let standard = RetryPolicy(tries: 4)
  /// Everything is sent once.
  public static let never = RetryPolicy(tries: 1)

  /// The pause behind try `number`, which counts from 1; nil behind the last.
  func pause(behind number: Int) -> Duration? {
    guard number < tries else { return nil }
    var pause = firstPause
    for _ in 1..<number where pause < longestPause { pause = pause * 2 }
    return min(pause, longestPause)
  }
}
