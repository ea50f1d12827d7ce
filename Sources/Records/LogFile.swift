import Foundation
import Synchronization
import Upgrade

/// A log file that is only appended to, 0600. What cannot be written is lost, but the first reason is kept: a full disk
/// on the control node must not break an upgrade half way.
public final class LogFile: Sendable {
  /// The file's path.
  public let path: String
  private let descriptor: Int32
  private let firstFailure = Mutex<Failure?>(nil)

  /// Opens the file at `path`, which must not be there yet unless `flags` say otherwise.
  ///
  /// - Throws: `Failure` of kind `.io`.
  public init(_ path: String, flags: Int32 = O_CREAT | O_EXCL) throws(Failure) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | flags, 0o600)
    guard descriptor >= 0 else { throw Self.failure(path, "be made") }
  }

  deinit { close(descriptor) }

  /// Why the log is not complete; nil as long as everything was written.
  public var failure: Failure? { firstFailure.withLock { $0 } }

  /// Appends `lines`, each with a line end.
  public func write(_ lines: [String]) {
    guard failure == nil, !lines.isEmpty else { return }
    var text = lines.joined(separator: "\n") + "\n"
    let isWritten = text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
      return true
    }
    if !isWritten { firstFailure.withLock { $0 = Self.failure(path, "be written") } }
  }

  private static func failure(_ path: String, _ what: String) -> Failure {
    let reason = String(cString: strerror(errno)).lowercased()
    return Failure(.io, "log file \(path): cannot \(what): \(reason)", remedy: "make room, or give another --log_dir")
  }
}
