import Upgrade

/// A command of `zdupgrade` in a crash test.
enum CrashCommand: Sendable {
  /// A new run.
  case run
  /// The newest run goes on.
  case resume
  /// The locks of a dead run are removed.
  case unlock(RunID)
}

/// The lab of one of the products, as a crash test needs it.
protocol CrashLab: Sendable {
  /// Its folder.
  var directory: String { get }
  /// What serves behind the load balancer.
  var groups: [LabGroup] { get }
  /// Whether the product counts requests, each with a name of its own.
  var isCounting: Bool { get }
  /// The processes that serve: what else is found at the end has been left there.
  var servers: Set<Int32> { get }

  /// The arguments of `zdupgrade`, without the program; nil where there is nothing to do for the command.
  func arguments(_ command: CrashCommand, logs: String) -> [String]?
  /// Notes how it stands.
  func note(in state: inout FinalState) async
  /// What is wrong when the traffic is over, of which so many requests were `answered`; some of it may take `patience`.
  func complaints(answered: Int, within patience: Duration) async -> [String]
  /// What befalls it; nil where the fault is about `zdupgrade` alone, whose logs are in `logs`.
  func disturbance(_ trial: CrashTrial, _ options: CrashTestOptions, logs: String) -> (any Disturbance)?
  /// The machine of this name, to which something may happen.
  func node(_ name: String) -> LabNode?
  /// Ends it.
  func down() async
}

extension CrashLab {
  func complaints(answered: Int, within patience: Duration) async -> [String] { [] }
  func disturbance(_ trial: CrashTrial, _ options: CrashTestOptions, logs: String) -> (any Disturbance)? { nil }
  func node(_ name: String) -> LabNode? { nil }
}
