/// One phase of an upgrade: a column of the summary table.
public struct Phase: Sendable, Hashable, Codable {
  /// Its column's heading, for example `PRE-APPLY`.
  public let title: String
  /// The word between the banners of a node's log, for example `SYSUPGRADE_APPLY`.
  public let banner: String
  /// How the run ends when it fails.
  public let failure: Status
  /// Whether it takes something away from the users: only then is there anything to roll back.
  public let isDisruptive: Bool

  /// A phase.
  public init(_ title: String, banner: String, failure: Status, isDisruptive: Bool) {
    self.title = title
    self.banner = banner
    self.failure = failure
    self.isDisruptive = isDisruptive
  }

  /// Taking a node back; every product has it, as the last column.
  public static let rollback = Phase(
    "ROLLBACK", banner: "ROLLBACK", failure: .rollbackFailed, isDisruptive: true)

  /// Looking at the nodes before anything is changed; no column of the table.
  public static let preflight = Phase(
    "PREFLIGHT", banner: "PREFLIGHT", failure: .fatalError, isDisruptive: false)
}
