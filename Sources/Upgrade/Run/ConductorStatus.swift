// The verdict.
extension Conductor {
  /// How the run ended: what came first counts, but a node that could not be taken back outweighs it.
  func status() async -> Status {
    if results.status == .rollbackFailed { return .rollbackFailed }
    if case .failed(let failure) = results.firstFailure?.result,
      ![.cancelled, .breach, .lockLost].contains(failure.kind)
    {
      return results.status
    }
    if failedGate != nil { return .gateFailed }
    if await control.openBreach != nil || earlier.breach != nil { return .probeBudgetSpent }
    if await control.end != nil, !isComplete || results.firstFailure != nil { return .fatalError }
    if closedWindow != nil { return .windowClosed }
    return earlier.isOrderedBack && results.status == .success ? .rolledBack : results.status
  }
}
