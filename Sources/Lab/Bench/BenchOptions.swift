/// How much of a task is done.
public struct BenchOptions: Sendable {
  /// The number of hosts, where the task leaves it open.
  public var hosts = 10
  /// The number of commands that follow one another.
  public var count = 200
  /// How many bytes a command prints.
  public var bytes = 1 << 30
  /// Whether a rolling upgrade's commands are written to a journal, as `zdupgrade` does it.
  public var isJournaled = true

  /// The amounts of the harness.
  public init() {}
}
