import Synchronization
import Upgrade

/// Collects what a command prints.
final class Printed: Sendable {
  private let pieces = Mutex<[CommandOutput]>([])

  func append(_ piece: CommandOutput) { pieces.withLock { $0.append(piece) } }

  func bytes(_ stream: CommandOutput.Stream) -> [UInt8] {
    pieces.withLock { $0 }.filter { $0.stream == stream }.flatMap(\.bytes)
  }

  func text(_ stream: CommandOutput.Stream) -> String { String(decoding: bytes(stream), as: UTF8.self) }
}
