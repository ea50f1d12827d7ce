import Upgrade

/// Which versions can be upgraded to which; what is not known is not refused.
public enum VersionRules {
  /// Checks a major upgrade from `old` to `new`; nil for a version that is not known.
  ///
  /// - Throws: `Failure` of kind `.refused` with the reason.
  public static func checkMajor(old: GatewayVersion?, new: GatewayVersion?) throws(Failure) {
    if let new, new >= .v11_1 {
      throw Failure(
        .refused, "version \(new) is upgraded to in another way: from 11.1 on by a backup of the repository",
        remedy: "follow the vendor's procedure for it; versions up to 11.0 can be upgraded to here")
    }
    try checkOld(old)
    if let new, new < .v10_7 {
      throw Failure(.refused, "version \(new) has no operations for an upgrade without downtime; 10.7 is the first")
    }
    guard let old, let new else { return }
    guard !old.isSameRelease(as: new) else {
      throw Failure(
        .refused, "from \(old) to \(new) is a fix of the same release, not a new major version",
        remedy: "take profile minor-cluster or minor-standalone")
    }
    guard old < new else { throw Failure(.refused, "version \(new) is older than \(old)") }
  }

  /// Checks a minor upgrade, which is a fix of the same release.
  ///
  /// - Throws: `Failure` of kind `.refused` with the reason.
  public static func checkMinor(old: GatewayVersion?, new: GatewayVersion?) throws(Failure) {
    try checkOld(old)
    if let old, old < .v10_7 {
      throw Failure(.refused, "version \(old) has no minor upgrade without downtime; 10.7 is the first")
    }
    guard let old, let new else { return }
    guard old.isSameRelease(as: new) else {
      throw Failure(.refused, "from \(old) to \(new) is no fix of the same release", remedy: "take profile major")
    }
    guard old <= new else { throw Failure(.refused, "version \(new) is older than \(old)") }
  }

  private static func checkOld(_ old: GatewayVersion?) throws(Failure) {
    guard let old else { return }
    guard old >= .v10_7 || old.release == GatewayVersion.v10_5Fix9.release && old >= .v10_5Fix9 else {
      throw Failure(
        .refused,
        "version \(old) has no operations for an upgrade without downtime; 10.7 is the first, or 10.5 with fix 9")
    }
    guard old < .v11_1 else {
      throw Failure(.refused, "version \(old) is upgraded in another way: from 11.1 on by a backup of the repository")
    }
  }
}
