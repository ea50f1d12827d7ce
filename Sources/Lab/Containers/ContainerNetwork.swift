import Upgrade

/// The addresses of a lab's containers: a network of their own, the first address the control node's.
struct ContainerNetwork: Sendable, Hashable, Codable {
  /// So many nodes have an address beside the balancer's.
  static let limit = 200

  /// Its name.
  let name: String
  /// The first three numbers of its addresses.
  let prefix: String

  var subnet: String { "\(prefix).0/24" }
  var gateway: String { "\(prefix).1" }
  var balancer: String { "\(prefix).10" }
  /// The address of the node with this number, from 0.
  func node(_ index: Int) -> String { "\(prefix).\(11 + index)" }

  /// The hardware address that goes with an address of it: who has been away comes back with the same, as a real machine
  /// does. Else the others would go on sending to the old one for some seconds.
  static func hardware(_ address: String) -> String {
    let numbers = address.split(separator: ".").compactMap { UInt8($0) }
    return (["02", "5a"] + numbers.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }).joined(separator: ":")
  }

  /// Makes one where its addresses are not taken yet; the engine says whether they are.
  ///
  /// - Throws: `Failure` with the engine's words when it makes none of several.
  static func make(_ name: String, label: String, by engine: ContainerEngine) async throws -> ContainerNetwork {
    var attempts = 8
    while true {
      attempts -= 1
      let network = ContainerNetwork(name: name, prefix: "10.\(Int.random(in: 201...249)).\(Int.random(in: 0...255))")
      do {
        try await engine.complete([
          "network", "create", "--label", label, "--subnet", network.subnet, "--gateway", network.gateway, name,
        ])
        return network
      } catch let failure as Failure {
        if attempts == 0 { throw failure }
        try Task.checkCancellation()
      }
    }
  }
}
