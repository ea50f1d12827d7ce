import Foundation
import Upgrade

/// Prints the progress on standard error, a line an event.
actor Console: EventReader {
  func read(_ event: Event) {
    guard let line = EventLine(event), !line.isForLogOnly else { return }
    Self.progress([line.text] + line.details.suffix(10).map { "  | \($0)" })
  }

  /// Prints lines about the progress.
  static func progress(_ lines: [String]) {
    FileHandle.standardError.write(Data(lines.map { $0 + "\n" }.joined().utf8))
  }

  /// Prints why nothing goes on.
  static func complain(_ text: String) {
    progress(["zdupgrade: " + text])
  }

  /// Prints results.
  static func result(_ lines: [String]) {
    FileHandle.standardOutput.write(Data(lines.map { $0 + "\n" }.joined().utf8))
  }
}
