import FoundationEssentials
import Upgrade

/// The faults of simulated gateways, a file each, so that a running process sees what is set and taken away.
struct GatewayFaultStore: Sendable {
  let folder: String

  /// Sets `fault`; one that was set for the same gateway and step is replaced.
  func set(_ fault: GatewayFault) throws(Failure) {
    try TextFile.makeFolder(folder(of: fault.gateway))
    try TextFile.write("\(fault.kind.rawValue)\n\(fault.argument)", to: path(fault.step, on: fault.gateway))
  }

  /// The fault set for `step` on `gateway`.
  func fault(_ step: GatewayFault.Step, on gateway: String) -> GatewayFault? {
    guard let text = TextFile.read(path(step, on: gateway)) else { return nil }
    let parts = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    guard let kind = GatewayFault.Kind(rawValue: String(parts[0])) else { return nil }
    return GatewayFault(gateway: gateway, step: step, kind: kind, argument: parts.count > 1 ? String(parts[1]) : "")
  }

  /// The faults set for `gateways`.
  func faults(on gateways: [String]) -> [GatewayFault] {
    gateways.flatMap { gateway in GatewayFault.Step.allCases.compactMap { fault($0, on: gateway) } }
  }

  /// Forgets all of them.
  func clear() { try? FileManager.default.removeItem(atPath: folder) }

  private func folder(of gateway: String) -> String { "\(folder)/\(LabLayout.fileName(gateway))" }
  private func path(_ step: GatewayFault.Step, on gateway: String) -> String {
    "\(folder(of: gateway))/\(step.rawValue)"
  }
}
