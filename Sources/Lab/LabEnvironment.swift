import FoundationEssentials

/// The environment of a lab's processes: little of the operator's own, and the mark by which they are found again.
struct LabEnvironment: Sendable {
  /// The variable that every process of a lab carries; its value is the lab's folder.
  static let mark = "ZDULAB_DIR"

  private static let passed = [
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH",
  ]

  /// The variables.
  let variables: [String: String]

  /// The environment for the processes of the lab at `layout`.
  init(_ layout: LabLayout) {
    var variables = ProcessInfo.processInfo.environment.filter { Self.passed.contains($0.key) }
    variables[Self.mark] = layout.directory
    self.variables = variables
  }

  /// The variables as `name=value`.
  var entries: [String] { variables.map { "\($0.key)=\($0.value)" } }
}
