import Foundation

/// How far `sysupgrade` is on a node, by its own word: `sysupgrade status` on the node, not our notes, says so.
///
/// Source: the vendor's `sysupgrade` reference, command `status`.
public enum SysupgradeState: String, Sendable, Hashable, Codable, Comparable {
  case notStarted = "not started"
  case exported = "export complete"
  case upgraded = "export and upgrade complete"
  case applied = "system upgrade complete"

  /// The state that the lines of `sysupgrade status` name; nil where none does.
  public init?(statusLines: [String]) {
    for line in statusLines {
      guard let range = line.range(of: "Current status:") else { continue }
      let text = line[range.upperBound...].drop { $0 == " " }.lowercased()
      guard let state = Self.inOrder.last(where: { text.hasPrefix($0.rawValue) }) else { continue }
      self = state
      return
    }
    return nil
  }

  /// Less far is less.
  public static func < (a: SysupgradeState, b: SysupgradeState) -> Bool {
    (inOrder.firstIndex(of: a) ?? 0) < (inOrder.firstIndex(of: b) ?? 0)
  }

  private static let inOrder: [SysupgradeState] = [.notStarted, .exported, .upgraded, .applied]
}
