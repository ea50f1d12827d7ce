import Foundation
import Upgrade

extension Failure {
  /// Why a call for `what` did not work, by the thread's `errno` unless `number` is given.
  static func system(
    _ what: String, _ number: Int32 = errno, remedy: String? = "make room, or give another --log_dir"
  ) -> Failure {
    Failure(.io, "\(what): \(String(cString: strerror(number)).lowercased())", remedy: remedy)
  }
}
