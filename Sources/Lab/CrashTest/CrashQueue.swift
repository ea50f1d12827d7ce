/// Trials that several workers take, one after the other.
actor CrashQueue {
  private var trials: ArraySlice<CrashTrial>
  private(set) var results: [CrashTrialResult] = []

  init(_ trials: [CrashTrial]) { self.trials = trials[...] }

  /// The next one; nil when there is none any more.
  func next() -> CrashTrial? { trials.popFirst() }

  /// Takes in what became of one.
  func add(_ result: CrashTrialResult) { results.append(result) }
}
