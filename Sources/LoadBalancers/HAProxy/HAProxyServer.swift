import Upgrade

/// One server of one backend as one HAProxy process sees it.
struct HAProxyServer: Sendable {
  /// What names a server within a process; also how the runtime API takes it.
  struct Name: Sendable, Hashable, CustomStringConvertible {
    let backend: String
    let server: String
    var description: String { "\(backend)/\(server)" }
  }

  let name: Name
  /// Its address without the port; `-` where it has none now.
  let address: String
  let port: String
  /// The host name it was made from; `-` where it has none.
  let hostName: String
  /// The bits of `srv_admin_state`.
  let administration: Int
  /// `srv_op_state`: 0 stopped, 1 starting slowly, 2 running, 3 stopping.
  let operation: Int
  /// The bits of `srv_agent_state`.
  let agent: Int
  /// Sessions on it, and those that wait for it.
  let sessions: Int
  let queued: Int
  /// `status` and `check_status` in words.
  let status: String
  let check: String
  /// nil where it is not checked, or not now, as in maintenance.
  let health: Health?

  /// `check_health`, `check_rise` and `check_fall`.
  struct Health: Sendable {
    let value: Int
    let rise: Int
    let fall: Int
  }

  /// Taken out by an order, its own or that of the server it tracks; weight 0 is also *shown* as drained but is none.
  var isOut: Bool { isInMaintenance || administration & (Mask.drain | Mask.inheritedDrain) != 0 }
  /// Nothing at all is sent to it any more, not even what a cookie binds to it, and it is not checked.
  var isInMaintenance: Bool { administration & (Mask.maintenance | Mask.inheritedMaintenance) != 0 }
  /// In maintenance by an order of its own.
  var isOwnMaintenance: Bool { administration & Mask.maintenance != 0 }
  /// Whether HAProxy sends it requests, or would if it were not taken out.
  var isUp: Bool { (1...2).contains(operation) && administration & Mask.unresolved == 0 }
  var hasAgent: Bool { agent & 2 != 0 }
  var isAgentOn: Bool { hasAgent && agent & 4 != 0 }

  /// Whether a check has passed since it came out of maintenance, where it begins as "up, and down at the first failure"
  /// without having been asked: only a passed check gives it full health.
  var isProven: Bool {
    guard let health else { return true }
    return isUp && health.value >= health.rise + health.fall - 1
  }

  /// How it stands, as the port has it.
  var standing: Standing { isOut ? .disabled : isUp ? .enabled : .down }

  private enum Mask {
    static let maintenance = 0x01
    static let inheritedMaintenance = 0x02
    static let drain = 0x08
    static let inheritedDrain = 0x10
    /// Its address is not known: no answer from the resolver, or a host name that was never resolved.
    static let unresolved = 0x60
  }
}

extension HAProxyServer {
  /// Whether the topology's `loadBalancerServer` means this one: `backend/server`, the server's name, or its address or
  /// host name with or without the port.
  func isMeant(by text: String) -> Bool { names.contains(text) }

  /// All of these.
  var names: [String] {
    var names = ["\(name)", name.server]
    for host in [address, hostName] where host != "-" {
      names += host.contains(":") ? [host, "[\(host)]", "[\(host)]:\(port)"] : [host, "\(host):\(port)"]
    }
    return names
  }
}
