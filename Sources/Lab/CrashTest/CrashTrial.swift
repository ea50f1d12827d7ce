/// One upgrade of a crash test: what happens, and when.
struct CrashTrial: Sendable, Hashable {
  let product: CrashProduct
  let kind: CrashCase
  let fault: CrashFault
  /// Which entry or step, from 1.
  let point: Int

  /// What it is called in messages.
  var title: String { "\(product.rawValue), \(fault.rawValue), \(kind.rawValue), \(fault.pointTitle) \(point)" }
}

/// What became of it.
struct CrashTrialResult: Sendable {
  let trial: CrashTrial
  /// Whether the upgrade went on until the point.
  var isReached = true
  /// How often `zdupgrade` was started again.
  var resumes = 0
  /// The requests that failed; nil where they are the fault's own doing.
  var failedRequests: Int?
  /// What is not as it must be.
  var complaints: [String] = []
  /// What the operator was told of it.
  var seen: [String] = []
  /// Seconds.
  var duration = 0
  /// The folder with what `zdupgrade` printed and its logs.
  var evidence = ""

  /// Whether it was survived.
  var isGood: Bool { complaints.isEmpty }
}
