import Foundation
import Lab
import Records
import Rehearsal
import Subprocess
import Testing
import Upgrade

/// A topology of strange names whose every address is `trap`, and a folder in which nothing of it may leave a trace.
struct Rehearsed {
  static let first = "Knoten Ä $(touch x)'"
  static let second = "東京:1"
  static let single = "-c;d"

  let folder: String
  let trap: Trap

  static func with(_ body: (Rehearsed) async throws -> Void) async throws {
    try await withTemporaryFolder { folder in
      let trap = try Trap()
      let rehearsed = Rehearsed(folder: folder, trap: trap)
      try FileManager.default.createDirectory(atPath: rehearsed.temporary, withIntermediateDirectories: true)
      try rehearsed.write()
      var failure: (any Error)?
      do { try await body(rehearsed) } catch { failure = error }
      #expect(trap.connections == 0, "something of the operator's was connected to")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/touched"), "a command of the operator's was run")
      #expect(try FileManager.default.contentsOfDirectory(atPath: rehearsed.temporary) == [])
      #expect(rehearsed.processes.isEmpty)
      if let failure { throw failure }
    }
  }

  /// The folder for temporary files.
  var temporary: String { "\(folder)/tmp" }

  /// The processes of its labs.
  var processes: [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    let mark = "ZDULAB_DIR=\(temporary)"
    return all.filter { Int($0) != nil }.filter { pid in
      FileManager.default.contents(atPath: "/proc/\(pid)/environ").map {
        String(decoding: $0, as: UTF8.self).contains(mark)
      } ?? false
    }
  }

  var arguments: [String] {
    [
      "--config", "\(folder)/topology.json", "--old_install_dir", "/opt/Axway-7.4.0", "--new_install_dir",
      "/opt/Axway 'new'-8.1.2", "--cass_host", "cassandra.example",
    ]
  }

  /// Those that reach out into the world.
  var worldly: [String] {
    [
      "--password_file", "\(folder)/no such password", "--notify_url", "http://\(trap.endpoint)/", "--notify_command",
      "touch \(folder)/touched", "--probe", "http://\(trap.endpoint)/", "--ask_ssh_password",
    ]
  }

  func rehearse(_ more: [String]) async throws -> Program.Result {
    try await Program.zdupgrade(
      ["rehearse"] + arguments + more, environment: ["TMPDIR": temporary, "ZDU_PASSWORD": "never"], directory: folder)
  }

  func document(_ result: Program.Result) throws -> RehearsalDocument {
    try JSONDecoder().decode(RehearsalDocument.self, from: Data(result.output.utf8))
  }

  private func write() throws {
    let topology = """
      {"ssh": {"user": "nobody-at-all", "identityFile": "\(folder)/no such key", "become": "apigw", "port": \(trap.port)},
       "loadBalancer": {"driver": "haproxy", "socket": "\(trap.endpoint)"},
       "groups": {"G 'x' $(id)": {"minAvailable": 1, "hooks": {"afterNode": {"command": ["/usr/bin/touch", "\(folder)/touched"]}}}},
       "hooks": {"betweenWaves": {"command": ["/usr/bin/touch", "\(folder)/touched"]}},
       "nodes": [
        {"name": "\(Self.first)", "host": "127.0.0.1", "nodeManager": "admin", "loadBalancerServer": "127.0.0.1:1",
         "instances": [{"name": "-x", "group": "G 'x' $(id)", "healthURL": "http://\(trap.endpoint)/healthcheck"}]},
        {"name": "\(Self.second)", "host": "b.example", "nodeManager": "node", "ssh": {"address": "127.0.0.1"},
         "loadBalancerServer": "127.0.0.1:2", "instances": [{"name": "y", "group": "G 'x' $(id)"}]},
        {"name": "\(Self.single)", "host": "c.example", "nodeManager": "admin", "ssh": {"address": "127.0.0.1"},
         "loadBalancerServer": "127.0.0.1:3", "instances": [{"name": "z", "group": "Einzeln"}]}]}
      """
    try topology.write(toFile: "\(folder)/topology.json", atomically: true, encoding: .utf8)
    try """
    {"export": 30, "upgrade": 60, "drain": 40, "stop": 8, "nodemanager-stop": 6, "gate": 10,
     "apply": {"all": 100, "nodes": {"\(Self.second)": 200}}}
    """.write(toFile: "\(folder)/durations.json", atomically: true, encoding: .utf8)
  }
}

/// What of the JSON document is looked at.
struct RehearsalDocument: Decodable {
  struct Night: Decodable {
    struct PhaseTime: Decodable {
      let phase: String
      let seconds: Double
    }
    struct Node: Decodable {
      let node: String
      let outOfBalancer: Double?
      let isOutAtEnd: Bool
      let drain: Double?
      let phases: [PhaseTime]
    }
    struct Traffic: Decodable {
      let group: String
      let requests: Int
      let failed: Int
      let interruption: Double?
    }
    let total: Double
    let rehearsed: Double
    let phases: [PhaseTime]
    let nodes: [Node]
    let traffic: [Traffic]
  }
  struct Stand: Decodable {
    let node: String
    let versions: [String: String]
    let balancer: String
    let sysupgrade: String?
    let old: String?
    let new: String?
  }
  struct Next: Decodable {
    let command: String
  }
  struct FaultEntry: Decodable {
    let fault: String
    let isMet: Bool
  }
  struct Entry: Decodable {
    let step: String
    let seconds: Double
    let source: String
  }
  let speed: Int
  let exitCode: Int
  let night: Night
  let stands: [Stand]
  let faults: [FaultEntry]
  let next: [Next]
  let rolledBack: [String]
  let steps: Int
  let planDifferences: [String]
  let differences: [String]
  let durations: [Entry]
  let logs: String?
}

/// A socket that nobody may connect to.
final class Trap: Sendable {
  let port: Int
  private let descriptor: Int32

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    port = try LoopbackPort.free(at: "127.0.0.1")
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = UInt16(port).bigEndian
    name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let descriptor = descriptor
    let isBound = withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    try #require(isBound && listen(descriptor, 100) == 0)
  }

  deinit { close(descriptor) }

  var endpoint: String { "127.0.0.1:\(port)" }

  /// How many have come.
  var connections: Int {
    var count = 0
    while case let connection = accept(descriptor, nil, nil), connection >= 0 {
      close(connection)
      count += 1
    }
    return count
  }
}

extension Rehearsed {
  /// Whether a journal of a run has a line with `part`.
  func hasLine(_ part: String) -> Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? []
    guard let own = names.first(where: { $0.hasPrefix("zdupgrade-rehearsal-") }),
      let journal = try? RunFolder.find(nil, in: "\(temporary)/\(own)/logs").journal
    else { return false }
    return (try? String(contentsOfFile: journal, encoding: .utf8))?.contains(part) ?? false
  }

  /// Whether nothing is left.
  var isClean: Bool {
    processes.isEmpty && (try? FileManager.default.contentsOfDirectory(atPath: temporary)) == []
  }
}
