/// Something that befalls a lab while `zdupgrade` runs on it.
protocol Disturbance: Sendable {
  /// How long it lasts; nil as long as `zdupgrade` runs.
  var duration: Duration? { get }
  /// Whether it may fail requests by itself, so that nobody can blame the upgrade for them.
  var isBreakingTraffic: Bool { get }
  /// Whether the upgrade must end as if nothing had happened, without a second start.
  var mustGoUnnoticed: Bool { get }

  /// Before `zdupgrade` starts.
  func prepare() async throws
  /// It begins, for `node` where it is about one.
  func strike(_ node: LabNode) async throws
  /// It ends; also when it had not begun, or the task was cancelled.
  func heal(_ node: LabNode) async
  /// Behind the last `zdupgrade`; also when the task was cancelled.
  func cleanUp() async
}

extension Disturbance {
  var duration: Duration? { nil }
  var isBreakingTraffic: Bool { false }
  var mustGoUnnoticed: Bool { true }
  func prepare() async throws {}
  func heal(_ node: LabNode) async {}
  func cleanUp() async {}
}
