import WebMethods

/// A progress in the words of the gateways' own API, one for each meaning.
enum ProgressWords {
  /// The status, and the reason of a failure.
  static func of(_ progress: ActionProgress) -> (status: String, reason: String?) {
    switch progress {
    case .underWay: ("in progress", nil)
    case .success: ("success", nil)
    case .failure(let reason): ("failure", reason)
    }
  }
}
