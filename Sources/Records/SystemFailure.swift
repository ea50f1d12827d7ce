import Foundation
import Upgrade

extension Failure {
  /// Why a call for `what` did not work, by the thread's `errno`.
  static func system(_ what: String, remedy: String? = "make room, or give another --log_dir") -> Failure {
    Failure(.io, "\(what): \(String(cString: strerror(errno)).lowercased())", remedy: remedy)
  }
}
