/// How the operator wants the nodes to follow one another.
public struct WaveOptions: Sendable, Hashable, Codable {
  /// `--max_unavailable`: how many of all nodes may be out of service at the same time.
  public var maxUnavailable = Amount.count(1)
  /// `--canary`: the node that goes alone, right after the first Admin Node Manager.
  public var canary: String?
  /// `--bake`: seconds for which the first node that serves again is watched before the next one is touched.
  public var bake = 0
  /// `--pause_after`: nodes after which the run waits for the operator.
  public var pauseAfter: [String] = []
  /// `--accept_downtime`: groups that may be interrupted.
  public var acceptedDowntime: [String] = []

  /// One node after another, without a stop.
  public init() {}
}
