import Foundation
import TestDoubles
import Testing
import Upgrade

@testable import Axway

/// Answers of a Topology API, made for tests.
enum Domain {
  static let url = "https://anm:8090/api/topology"

  static func service(
    _ name: String, _ type: String, on host: String, isAdmin: Bool = false, more: [String: Any] = [:]
  ) -> [String: Any] {
    let tags = isAdmin ? ["internal_admin_nm": "true"] : [:]
    let all: [String: Any] = [
      "id": "x", "name": name, "type": type, "scheme": "https", "hostID": host, "managementPort": 8090, "tags": tags,
      "enabled": true,
    ]
    return all.merging(more) { $1 }
  }

  static func manager(on host: String, isAdmin: Bool = false, more: [String: Any] = [:]) -> [String: Any] {
    service("Node Manager on \(host)", "nodemanager", on: host, isAdmin: isAdmin, more: more)
  }

  static func gateway(_ name: String, on host: String, more: [String: Any] = [:]) -> [String: Any] {
    service(name, "gateway", on: host, more: more)
  }

  /// An answer: hosts by id, the Node Managers' group, and the others by name.
  static func answer(
    hosts: [(String, String)], managers: [[String: Any]], _ groups: [(String, [[String: Any]])]
  ) throws -> [UInt8] {
    let all = [("Node Manager Group", managers)] + groups
    return try bytes([
      "result": [
        "id": "1", "version": 2, "timestamp": 1, "productVersion": "7.5.3", "fips": false,
        "hosts": hosts.map { ["id": $0, "name": $1] },
        "groups": all.map { ["id": "g", "name": $0, "tags": [String: String](), "services": $1] },
      ] as [String: Any]
    ])
  }

  static func bytes(_ object: [String: Any]) throws -> [UInt8] {
    Array(try JSONSerialization.data(withJSONObject: object))
  }

  static func discovered(_ json: [UInt8], pattern: String? = nil) throws -> DiscoveredDomain {
    let pattern = try pattern.map { text throws(Failure) in try HealthURLPattern(text) }
    return try DiscoveredDomain(DomainTopology(json: json, from: url), from: url, healthURL: pattern)
  }

  /// The failure that an answer is, in words.
  static func message(_ json: [UInt8]) -> String? {
    do {
      _ = try discovered(json)
      return nil
    } catch {
      return (error as? Failure)?.message
    }
  }

  /// What is wrong with a topology file's text by the schema.
  static func schemaProblems(_ text: String) throws -> [String] {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    let schema = try Data(contentsOf: root.appendingPathComponent("config/topology.schema.json"))
    return SchemaCheck(root: try JSONFile.parse(schema, file: "schema"))
      .problems(try JSONFile.parse(Data(text.utf8), file: "text"))
  }
}
