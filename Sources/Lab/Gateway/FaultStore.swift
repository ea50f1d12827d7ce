import FoundationEssentials
import Glibc
import Upgrade

/// The faults that are set in a lab; the simulated tools look here each time they are called.
struct FaultStore: Sendable {
  let layout: LabLayout

  /// Sets `fault`; one that was set for the same node and step is replaced.
  func set(_ fault: Fault) throws {
    try TextFile.makeFolder(folder(fault.node))
    try TextFile.write("\(fault.kind.rawValue)\n\(fault.argument)", to: path(fault.step, on: fault.node))
  }

  /// The fault set for `step` on `node`.
  func fault(_ step: Fault.Step, on node: String) -> Fault? {
    guard let text = TextFile.read(path(step, on: node)) else { return nil }
    let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    guard let kind = Fault.Kind(rawValue: String(parts[0])) else { return nil }
    return Fault(node: node, step: step, kind: kind, argument: parts.count > 1 ? String(parts[1]) : "")
  }

  /// The faults set for `nodes`.
  func faults(on nodes: [String]) -> [Fault] {
    nodes.flatMap { node in Fault.Step.allCases.compactMap { fault($0, on: node) } }
  }

  /// Notes that `fault` has happened.
  func noteMet(_ fault: Fault) { TextFile.append("", to: met(fault)) }

  /// Whether it has.
  func isMet(_ fault: Fault) -> Bool { TextFile.exists(met(fault)) }

  /// Forgets all of them.
  func clear() { try? FileManager.default.removeItem(atPath: layout.faults) }

  private func met(_ fault: Fault) -> String { "\(path(fault.step, on: fault.node)).met" }
  private func folder(_ node: String) -> String { "\(layout.faults)/\(LabLayout.fileName(node))" }
  private func path(_ step: Fault.Step, on node: String) -> String { "\(folder(node))/\(step.rawValue)" }
}
