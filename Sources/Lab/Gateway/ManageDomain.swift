/// The simulated `managedomain`, as far as it tells the version.
struct ManageDomain: Sendable {
  /// Its name.
  static let tool = "managedomain"

  let installation: Installation

  /// Runs `managedomain <arguments>`; returns the exit code.
  func run(_ arguments: [String]) -> Int32 {
    guard arguments == ["--version"] || arguments == ["-v"] else {
      ToolOutput().say("managedomain: only --version is simulated")
      return ToolFailure.usage
    }
    ToolOutput().say(
      """
      Version:    \(TextFile.read(Self.file(installation))?.split(separator: "\n").first.map(String.init) ?? installation.version)
      Build Date: 2016-11-04 08:34:37 UTC
      Commit Id:  05a6440fc3128d8d2f3dfe105904d04fffae67ea
      Patch:      None
      """)
    return 0
  }

  /// Where an installation may say that it has another version than the lab gave it.
  static func file(_ installation: Installation) -> String { "\(installation.home)/conf/simulated-version" }
}
