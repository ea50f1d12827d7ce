/// What is measured. The letters are those of the harness in `scripts/bench.d`, which gives its peers the same tasks.
public enum BenchTask: String, Sendable, Hashable, CaseIterable {
  /// Log in to many hosts at once, and run one command on each.
  case fanOut = "A"
  /// Run command after command over one connection.
  case chatter = "B"
  /// Read what one command prints, to its end.
  case stream = "C"
  /// The commands of a rolling upgrade of three hosts.
  case rolling = "D"
  /// A whole `zdupgrade run` of a lab whose steps take no time.
  case upgrade = "E"
  /// Hold a connection to each of many hosts, and read what a command on each prints, all at once.
  case volume = "F"
}
