import Glibc
import HTTPTypes
import Synchronization
import Upgrade

extension HTTPField.Name {
  /// The header with the name of one request of a load: `RUN-NUMBER`.
  static let sequence = Self("X-Zdu-Sequence")!  // a valid name, as any run shows
  /// Tells NGINX whether it may hold an answer back.
  static let accelBuffering = Self("X-Accel-Buffering")!  // a valid name, as any run shows
}

/// What one process has served, in a file that only grows: a line when it begins with a request and one when it has
/// handed the whole answer over. It survives the process, however that ends.
final class ServedRequests: Sendable {
  /// What has become of a request.
  enum Event: Character, Sendable {
    case begun = "b"
    case completed = "c"
  }

  private let path: String
  private let descriptor = Mutex<Int32>(-1)

  /// The record in the file `path`, which the first request makes.
  init(path: String) { self.path = path }

  deinit { descriptor.withLock { if $0 >= 0 { close($0) } } }

  /// Writes an event down. What is no sequence is left out.
  func note(_ event: Event, _ sequence: String) {
    guard sequence.utf8.count <= 64, sequence.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return }
    let line = Array("\(event.rawValue) \(sequence)\n".utf8)
    // A few bytes into the page cache: nothing that a request would have to wait for.
    descriptor.withLock { descriptor in
      if descriptor < 0 { descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
      if descriptor >= 0 { _ = TextFile.write(line, to: descriptor) }
    }
  }
}
