import Foundation
import Upgrade

extension Topology {
  /// What the traffic probe asks, as the file has it.
  public typealias Probe = ProbeSetting

  /// The targets of `probes`, with the headers' values from their files.
  ///
  /// - Parameter file: the topology file's name, for messages.
  /// - Throws: `Failure` that names the key whose file cannot be read, or whose value is no header's.
  public func probeTargets(file: String) throws(Failure) -> [ProbeTarget] {
    try ProbeSetting.targets(of: probes, file: file) { FileManager.default.contents(atPath: $0).map { [UInt8]($0) } }
  }
}
