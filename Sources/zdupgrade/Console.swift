import Foundation
import Upgrade

/// Prints the progress on standard error, a line an event; of many nodes only how their phases end, and what fails.
actor Console: EventReader {
  private let nodes: Int
  private let detail: ProgressDetail
  /// How many nodes have ended each phase.
  private var counts: [Phase: Int] = [:]

  /// A console for a run on so many nodes, that tells so much of it.
  init(for nodes: Int, _ detail: ProgressDetail = .usual) {
    self.nodes = nodes
    self.detail = detail
  }

  func read(_ event: Event) {
    if detail == .all { tellCommands(event) }
    guard let line = EventLine(event), !line.isForLogOnly, detail != .little || line.isFailure else { return }
    guard nodes > FleetSize.readable, detail != .all else { return print(line, "") }
    switch event {
    case .phaseStarted, .stepStarted: break
    case .phaseEnded(_, let phase, _):
      counts[phase, default: 0] += 1
      print(line, " (\(counts[phase, default: 0]) of \(nodes))")
    default: print(line, "")
    }
  }

  private func tellCommands(_ event: Event) {
    switch event {
    case .commandStarted(let node, let lines, _):
      Self.progress(lines.map { PlainText.oneLine("\(node):   $ \($0)") })
    case .output(let node, _, let line): Self.progress([PlainText.oneLine("\(node):   | \(line)")])
    default: break
    }
  }

  private func print(_ line: EventLine, _ more: String) {
    Self.progress([line.text + more] + line.details.suffix(10).map { "  | \($0)" }, isFailure: line.isFailure)
  }

  /// Prints lines about the progress.
  static func progress(_ lines: [String], isFailure: Bool = false) {
    ProgressOutput.standard.write(lines, isFailure: isFailure)
  }

  /// Prints why nothing goes on.
  static func complain(_ text: String) {
    progress(["zdupgrade: " + text], isFailure: true)
  }

  /// Prints results.
  static func result(_ lines: [String]) {
    // On a terminal they stand behind the progress.
    ProgressOutput.standard.flush()
    ProgressOutput.write(lines.map { $0 + "\n" }.joined(), to: STDOUT_FILENO)
  }
}
