import FoundationEssentials
import Glibc
import Testing

/// Whether another user can be become here without a password; as root it always can, where sudo is installed.
enum Sudo {
  static let user = "nobody"
  static let isPossible = system("sudo -n -u \(user) true </dev/null >/dev/null 2>&1") == 0
  static let reason: Comment = "needs 'sudo -n -u nobody true' to work: run the tests as root, with sudo installed"

  /// The user's number.
  static func userID() throws -> UInt32 { try #require(getpwnam(user)).pointee.pw_uid }
}
