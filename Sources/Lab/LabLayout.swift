/// Where everything of a lab lies.
struct LabLayout: Sendable, Hashable {
  /// The lab's folder: absolute, without symbolic links.
  let directory: String

  var description: String { "\(directory)/lab.json" }
  var topology: String { "\(directory)/topology.json" }
  var keys: String { "\(directory)/keys" }
  var userKey: String { "\(keys)/id_rsa" }
  var certificate: String { "\(keys)/gateway.pem" }
  var certificateKey: String { "\(keys)/gateway.key" }
  var knownHosts: String { "\(directory)/known_hosts" }
  var nginx: String { "\(directory)/nginx" }
  var haproxy: String { "\(directory)/haproxy" }
  var secrets: String { "\(directory)/secrets" }
  var password: String { "\(secrets)/password" }
  var domainPassphrase: String { "\(secrets)/domain_passphrase" }
  var faults: String { "\(directory)/faults" }
  /// How long steps take.
  var delays: String { "\(directory)/delays" }
  /// Where each process writes down the requests that it serves.
  var served: String { "\(directory)/served" }
  var domain: String { "\(directory)/domain" }
  var nodes: String { "\(directory)/nodes" }
  /// What each node gets to read where it is a machine of its own.
  var machine: String { "\(directory)/machine" }

  func node(_ name: String) -> String { "\(nodes)/\(Self.fileName(name))" }
  func home(of node: String) -> String { "\(self.node(node))/home" }
  func sshd(_ node: String) -> String { "\(self.node(node))/sshd" }

  /// The installation that the vendor's documentation calls `/opt/Axway-7.5.3` or `/opt/Axway-7.7`.
  func installation(_ side: Side, of node: String) -> String { "\(self.node(node))/\(side.rawValue)" }

  /// The include file with the `server` lines of the group with this number.
  func servers(ofGroup index: Int) -> String { "\(nginx)/servers-\(index + 1).conf" }

  /// `name` as the name of one file: anything but letters, digits, space, `.`, `_` and `-` is percent-encoded; what would
  /// be too long then is cut, and told apart by a number at its end.
  static func fileName(_ name: String) -> String {
    let encoded = encoded(name)
    guard encoded.utf8.count > longestFileName else { return encoded }
    // FNV-1a, as it must be the same in every process.
    let hash = name.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return "\(encoded.prefix(longestFileName - 17))~\(String(hash, radix: 16))"
  }

  /// Leaves room for an ending.
  private static let longestFileName = 200

  private static func encoded(_ name: String) -> String {
    var encoded = ""
    for (index, byte) in name.utf8.enumerated() {
      let isPlain =
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: " "):
          true
        case UInt8(ascii: "."): index > 0
        default: false
        }
      let hex = String(byte, radix: 16, uppercase: true)
      encoded += isPlain ? String(UnicodeScalar(byte)) : "%" + (hex.utf8.count == 1 ? "0\(hex)" : hex)
    }
    return encoded
  }
}
