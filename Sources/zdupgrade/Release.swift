/// Which zdupgrade this is.
enum Release {
  /// The version, as `--version` prints it and the journal of each run has it.
  static let version = "0.1.0"
}
