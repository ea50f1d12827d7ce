import Glibc
import Upgrade

/// How far `sysupgrade` is on one node: the state machine in the new installation's `upgrade` folder.
enum UpgradeProgress: Int, Sendable, Comparable, CaseIterable {
  case notStarted, exported, upgraded, applied

  /// As `sysupgrade status` puts it.
  var phrase: String {
    switch self {
    case .notStarted: "not started"
    case .exported: "export complete"
    case .upgraded: "export and upgrade complete"
    case .applied: "system upgrade complete"
    }
  }

  /// The command that follows; nil when there is none.
  var nextCommand: String? {
    switch self {
    case .notStarted: "export"
    case .exported: "upgrade"
    case .upgraded: "apply"
    case .applied: nil
    }
  }

  /// The progress in `installation`.
  init(of installation: Installation) {
    let text = TextFile.read(Self.file(installation))?.prefix { $0 != "\n" }
    self = text.flatMap { Int($0) }.flatMap(UpgradeProgress.init) ?? .notStarted
  }

  /// Keeps it in `installation`.
  func write(to installation: Installation) throws(Failure) {
    try TextFile.write("\(rawValue)\n", to: Self.file(installation))
  }

  static func < (a: UpgradeProgress, b: UpgradeProgress) -> Bool { a.rawValue < b.rawValue }

  private static func file(_ installation: Installation) -> String { "\(installation.home)/upgrade/progress" }
}
