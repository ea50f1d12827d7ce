import Upgrade

/// The phases of the rolling upgrade, with the vendor's status codes.
///
/// Source: the status codes and the summary table of the vendor's scripts.
extension Phase {
  /// `sysupgrade export`: reads the old domain.
  public static let export = Phase(
    "EXPORT", banner: "SYSUPGRADE_EXPORT", failure: Status("EXPORT_FAILED", 70), isDisruptive: false)
  /// `sysupgrade upgrade`: converts what export wrote; offline.
  public static let upgrade = Phase(
    "UPGRADE", banner: "SYSUPGRADE_UPGRADE", failure: Status("UPGRADE_FAILED", 71), isDisruptive: false)
  /// Traffic off, old processes stopped.
  public static let preApply = Phase(
    "PRE-APPLY", banner: "PRE_APPLY", failure: Status("PRE_APPLY_FAILED", 72), isDisruptive: true)
  /// `sysupgrade apply`: creates and starts the new processes.
  public static let apply = Phase(
    "APPLY", banner: "SYSUPGRADE_APPLY", failure: Status("APPLY_FAILED", 73), isDisruptive: true)
  /// New processes seen to run and to be healthy, traffic on.
  public static let postApply = Phase(
    "POST-APPLY", banner: "POST_APPLY", failure: Status("POST_APPLY_FAILED", 74), isDisruptive: true)

  /// All of them, in the order of the summary's columns.
  public static let axway: [Phase] = [.export, .upgrade, .preApply, .apply, .postApply]
}
