/// How a node was found before anything was changed.
public struct Observation: Sendable, Hashable {
  /// How far sysupgrade is; nil where it did not say.
  public let sysupgrade: SysupgradeState?
  /// Whether the load balancer sees it down, so that it gets no requests anyway.
  public let isDown: Bool

  /// An observation.
  public init(_ sysupgrade: SysupgradeState?, isDown: Bool = false) {
    self.sysupgrade = sysupgrade
    self.isDown = isDown
  }
}
