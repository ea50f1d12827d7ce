import FoundationEssentials
import Upgrade

/// How long steps take in a lab, by node, and when one took its time; the simulated tools look here each time they are called.
struct DelayStore: Sendable {
  /// A step that took its time.
  struct Taken: Sendable, Hashable {
    let node: String
    let step: Fault.Step
    let began: Date
    let ended: Date
  }

  let layout: LabLayout

  /// Has a step take `delay` from now on, over what it takes itself.
  func set(_ delay: StepDelay) throws {
    try TextFile.makeFolder(folder(delay.node))
    try TextFile.write("\(delay.milliseconds)\n", to: path(delay.step, on: delay.node))
  }

  /// Returns when `step` on `node` has taken its time.
  func take(_ step: Fault.Step, on node: String) async throws {
    guard let text = TextFile.read(path(step, on: node)), let milliseconds = Int(text.prefix { $0 != "\n" }),
      milliseconds > 0
    else { return }
    let began = Date()
    try await Task.sleep(for: .milliseconds(milliseconds))
    TextFile.append("\(step.rawValue) \(Self.text(began)) \(Self.text(Date()))\n", to: takenFile(node))
  }

  /// What was taken on `nodes`.
  func taken(on nodes: [String]) -> [Taken] {
    nodes.flatMap { node in
      (TextFile.read(takenFile(node)) ?? "").split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ")
        guard words.count == 3, let step = Fault.Step(rawValue: String(words[0])), let began = Double(words[1]),
          let ended = Double(words[2])
        else { return nil }
        return Taken(
          node: node, step: step, began: Date(timeIntervalSince1970: began), ended: Date(timeIntervalSince1970: ended))
      }
    }
  }

  private static func text(_ date: Date) -> String { "\(date.timeIntervalSince1970)" }
  private func folder(_ node: String) -> String { "\(layout.delays)/\(LabLayout.fileName(node))" }
  private func path(_ step: Fault.Step, on node: String) -> String { "\(folder(node))/\(step.rawValue)" }
  private func takenFile(_ node: String) -> String { "\(folder(node))/taken" }
}
