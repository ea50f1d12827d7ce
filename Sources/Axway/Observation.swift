/// How a node was found before anything was changed.
public struct Observation: Sendable, Hashable {
  /// How far sysupgrade is; nil where it did not say.
  public let sysupgrade: SysupgradeState?
  /// Whether the load balancer sees it down, so that it gets no requests anyway.
  public let isDown: Bool

  /// It in words, for a journal.
  public var text: String { (sysupgrade?.rawValue ?? "unknown") + (isDown ? ", down" : "") }

  /// The observation in these words; nil when they are none.
  public init?(text: String) {
    let isDown = text.hasSuffix(", down")
    let words = isDown ? String(text.dropLast(", down".count)) : text
    let state = SysupgradeState(rawValue: words)
    guard state != nil || words == "unknown" else { return nil }
    self.init(state, isDown: isDown)
  }

  /// An observation.
  public init(_ sysupgrade: SysupgradeState?, isDown: Bool = false) {
    self.sysupgrade = sysupgrade
    self.isDown = isDown
  }
}
