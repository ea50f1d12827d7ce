import Upgrade

/// The phases of the blue-green upgrade, with exit codes from 81 to 95, which no other product has.
///
/// Everything from CLEAN on counts as disruptive: when a node is taken back it is forgotten, and done again when the run
/// is resumed, since the old side may have taken changes meanwhile.
extension Phase {
  /// Both sides are seen to be healthy, and what must be made before anything is quiesced is made.
  public static let start = blueGreen("START", 81, isDisruptive: false)
  /// The new datastore is emptied.
  public static let clean = blueGreen("CLEAN", 82)
  /// The old side refuses design-time changes.
  public static let quiesceDesigntime = blueGreen("QUIESCE DESIGNTIME", 83)
  /// The core data is copied.
  public static let reindexCore = blueGreen("REINDEX CORE", 84)
  /// What was copied is made fit for the new version.
  public static let transform = blueGreen("TRANSFORM", 85)
  /// A gateway is restarted.
  public static let restart = blueGreen("RESTART", 86)
  /// Traffic goes to the new side too; with `minor-standalone`, and to the old one no more.
  public static let traffic = blueGreen("TRAFFIC", 87)
  /// The old side refuses everything.
  public static let quiesceAll = blueGreen("QUIESCE ALL", 88)
  /// Logs and events are copied.
  public static let reindexLogs = blueGreen("REINDEX LOGS", 89)
  /// A gateway is shut down.
  public static let shutdown = blueGreen("SHUTDOWN", 90)
  /// The operator's command applies the fix.
  public static let fix = blueGreen("FIX", 91)
  /// The operator's command starts a new gateway, behind the quiescing of the old ones.
  public static let startNew = blueGreen("START NEW", 92)

  /// The phases of `profile`, in the order of the summary's columns.
  public static func blueGreen(_ profile: UpgradeProfile) -> [Phase] {
    switch profile {
    case .major:
      [
        .start, .clean, .quiesceDesigntime, .reindexCore, .transform, .restart, .traffic, .quiesceAll, .reindexLogs,
        .shutdown,
      ]
    case .minorCluster: [.start, .shutdown, .fix, .restart, .traffic]
    case .minorStandalone: [.start, .quiesceDesigntime, .startNew, .traffic, .shutdown]
    }
  }

  private static func blueGreen(_ title: String, _ code: Int32, isDisruptive: Bool = true) -> Phase {
    let name = title.replacing(" ", with: "_")
    return Phase(title, banner: name, failure: Status("\(name)_FAILED", code), isDisruptive: isDisruptive)
  }
}
