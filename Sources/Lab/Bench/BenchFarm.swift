import SSH
import Upgrade

/// The hosts to measure on: the folder that `scripts/bench.d/sshfarm` makes, with real SSH servers on loopback addresses.
public struct BenchFarm: Sendable {
  private let folder: String
  private let port: Int
  private let user: String
  private let hosts: [String]

  /// The farm in `folder`.
  ///
  /// - Throws: `Failure` of kind `.refused` where there is none.
  public init(_ folder: String) throws(Failure) {
    func words(_ name: String) throws(Failure) -> [String] {
      guard let text = TextFile.read("\(folder)/\(name)") else {
        throw Failure(.refused, "no farm in \(folder): \(name) is not there", remedy: "scripts/bench.d/sshfarm start 3")
      }
      return text.split(whereSeparator: \.isWhitespace).map(String.init)
    }
    guard let port = try words("port").first.flatMap({ Int($0) }), let user = try words("user").first else {
      throw Failure(.refused, "the farm in \(folder) has no port or no user")
    }
    self.folder = folder
    self.port = port
    self.user = user
    hosts = try words("hosts")
  }

  /// Its first `count` hosts.
  ///
  /// - Throws: `Failure` of kind `.refused` where there are fewer.
  func hosts(_ count: Int) throws(Failure) -> [String] {
    guard count <= hosts.count else {
      throw Failure(.refused, "the farm in \(folder) has \(hosts.count) hosts, \(count) are wanted")
    }
    return Array(hosts.prefix(count))
  }

  /// How to log in on `host`: as in `zdupgrade`, but a login may take as long as it does with the other programs.
  func target(_ host: String) -> SSHTarget {
    SSHTarget(
      host: host, port: port, user: user, identityFile: "\(folder)/id_ed25519",
      knownHostsFiles: ["\(folder)/known_hosts"], connectTimeout: .seconds(120), loginTimeout: .seconds(300))
  }

  /// How to log in on each of `hosts`, by their addresses.
  func targets(_ hosts: [String]) -> [String: SSHTarget] {
    Dictionary(hosts.map { ($0, target($0)) }) { first, _ in first }
  }
}
