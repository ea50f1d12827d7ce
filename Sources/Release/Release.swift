/// Which release of zdupgrade, and of the lab with it, this is.
public enum Release {
  /// The version. It stands here only: the Debian package has it from `--version`.
  public static let version = "0.1.0"

  /// The first digits of the git commit that was built; nil where that was not known, as without git.
  public static var commit: String? { Commit.digits }

  /// Whether what was built differs from that commit.
  public static var isChanged: Bool { Commit.isChanged }

  /// Version and commit, like `0.1.0 (commit 0dfd139a1b2c, changed)`: as `--version` prints them and each run's journal has them.
  public static var name: String { name(commit: commit, isChanged: isChanged) }

  static func name(commit: String?, isChanged: Bool) -> String {
    "\(version) (commit \(commit ?? "unknown")\(isChanged ? ", changed" : ""))"
  }
}
