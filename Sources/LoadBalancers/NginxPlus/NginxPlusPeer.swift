import FoundationEssentials
import Upgrade

/// A server of an upstream group as NGINX Plus knows it now; its number changes with a reload, its address does not.
struct NginxPlusPeer: Sendable {
  let upstream: String
  let id: Int
  /// Its address, and the name in the configuration that it comes from.
  let server: String
  let name: String
  /// `up`, `draining`, `down`, `unavail`, `checking` or `unhealthy`.
  let state: String
  /// How many connections to it are in use.
  let active: Int
  /// Ordered to get nothing new, whatever `state` shows of a server that is ill as well.
  let isOrderedOut: Bool

  /// Gets nothing that is not bound to it.
  var isOut: Bool { isOrderedOut || isDown || state == "draining" }
  /// Gets nothing at all.
  var isDown: Bool { state == "down" }

  /// How it stands, as the port has it; `checking` gets nothing yet.
  var standing: Standing { isOut ? .disabled : state == "up" ? .enabled : .down }

  /// Whether the topology's `loadBalancerServer` means it: its address or name, or that without the port.
  func isMeant(by text: String) -> Bool {
    [server, name].contains { NginxServerList.isAddress($0, meantBy: text) }
  }

  /// Joins what `upstreams/U` and `upstreams/U/servers` answered; nil when they are not what the API documents.
  static func list(_ upstream: String, peers: [UInt8], servers: [UInt8]) -> [NginxPlusPeer]? {
    struct Group: Decodable { let peers: [Peer] }
    struct Peer: Decodable {
      let id: Int
      let server: String
      let name: String?
      let state: String
      let active: Int
    }
    struct Server: Decodable {
      let id: Int
      let down: Bool?
      let drain: Bool?
    }
    let decoder = JSONDecoder()
    guard let group = try? decoder.decode(Group.self, from: Data(peers)),
      let configured = try? decoder.decode([Server].self, from: Data(servers))
    else { return nil }
    let out = Set(configured.filter { $0.down == true || $0.drain == true }.map(\.id))
    return group.peers.map {
      NginxPlusPeer(
        upstream: upstream, id: $0.id, server: $0.server, name: $0.name ?? $0.server, state: $0.state,
        active: $0.active, isOrderedOut: out.contains($0.id))
    }
  }
}
