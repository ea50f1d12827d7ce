import Glibc
import Upgrade

/// The domain that the first `apply` makes. The real nodes share this truth over the network; simulated ones on one machine
/// through the lab's folder (see `DomainView`).
struct NewDomain: Sendable, Hashable, Codable {
  /// The node whose `apply` was the first.
  let firstNode: String
  /// The `--anm_host` it was given.
  let anmHost: String

  /// The domain of the lab at `layout`; nil before the first `apply`.
  static func read(_ layout: LabLayout) -> NewDomain? {
    let text = TextFile.read(file(layout))
    let lines = text?.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) ?? []
    return lines.count >= 2 ? NewDomain(firstNode: lines[0], anmHost: lines[1]) : nil
  }

  /// Keeps it.
  func write(_ layout: LabLayout) throws(Failure) {
    try TextFile.makeFolder(layout.domain)
    try TextFile.write("\(firstNode)\n\(anmHost)\n", to: Self.file(layout))
  }

  /// Destroys it.
  static func remove(_ layout: LabLayout) { unlink(file(layout)) }

  private static func file(_ layout: LabLayout) -> String { "\(layout.domain)/new" }
}
