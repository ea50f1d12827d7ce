import Foundation
import Testing
import Upgrade

@testable import Axway

@Suite("The topology file")
struct TopologyBuilderTests {
  private static func failure(_ json: String) -> String? {
    do {
      _ = try TopologyBuilder.topology(json: Data(json.utf8), file: "t.json", folder: "/etc/zdu")
      return nil
    } catch {
      return error.message
    }
  }

  private static func node(_ change: String = "", name: String = "A", host: String = "a") -> String {
    #"{"name":"\#(name)","host":"\#(host)","nodeManager":"admin","instances":[{"name":"i","group":"g"}]\#(change)}"#
  }

  @Test("a whole file is read, with the file-wide SSH settings under each node's own")
  func wholeFile() throws {
    let json = """
      {"$schema": "x", "ssh": {"user": "axway", "port": 2222, "identityFile": "~/.ssh/id_rsa", "knownHostsFile": "kh"},
       "loadBalancer": {"driver": "nginx", "include": "/x"},
       "nodes": [{"name": "Node-Ä", "host": "a.example", "nodeManager": "admin", "oldInstallDir": "/o/apigateway/",
         "loadBalancerServer": "10.0.0.1:8080", "ssh": {"port": 22, "address": "10.0.0.1"},
         "instances": [{"name": "i 1", "group": "g", "healthURL": "http://10.0.0.1:8080/healthcheck"}]}]}
      """
    let topology = try TopologyBuilder.topology(json: Data(json.utf8), file: "t.json", folder: "/etc/zdu")
    let node = try #require(topology.nodes.first)
    #expect(node.name == "Node-Ä" && node.oldInstallDir == "/o" && node.newInstallDir == nil)
    #expect(
      node.ssh
        == Topology.SSH(
          address: "10.0.0.1", port: 22, user: "axway", identityFile: NSHomeDirectory() + "/.ssh/id_rsa",
          knownHostsFile: "/etc/zdu/kh"))
    #expect(topology.balancerDriver == "nginx")
  }

  @Test("several load balancers are kept in their order, and written as they were read")
  func loadBalancers() throws {
    let json = """
      {"nodes":[\(Self.node())],
       "loadBalancers":[{"driver":"nginx","include":"/x"},{"driver":"haproxy","socket":"/y"}]}
      """
    let topology = try TopologyBuilder.topology(json: Data(json.utf8), file: "t.json", folder: "/")
    #expect(topology.balancerDriver == "nginx, haproxy" && topology.loadBalancer == nil)
    #expect(topology.loadBalancers?.count == 2)
    let again = try TopologyBuilder.topology(json: JSONEncoder().encode(topology), file: "t.json", folder: "/")
    #expect(again == topology)
  }

  @Test(
    "everything wrong is one line that names the key",
    arguments: [
      ("[]", "t.json: the file: must be an object, is a list"),
      ("{}", "t.json: nodes: is missing"),
      (#"{"nodes":[]}"#, "t.json: nodes: is an empty list"),
      (#"{"nodes":{}}"#, "t.json: nodes: must be a list, is an object"),
      (
        #"{"nodes":[\#(node())],"loadBalancer":{"driver":"none"},"loadBalancers":[{"driver":"none"}]}"#,
        "t.json: loadBalancers: there is loadBalancer too; give one of the two"
      ),
      (#"{"nodes":[\#(node())],"loadBalancers":[]}"#, "t.json: loadBalancers: is an empty list"),
      (
        #"{"nodes":[\#(node())],"loadBalancers":{"driver":"none"}}"#,
        "t.json: loadBalancers: must be a list, is an object"
      ),
      (#"{"nods":[]}"#, "t.json: nods: unknown key; did you mean 'nodes'?"),
      (
        #"{"nodes":[\#(node(#","colour":"red""#))]}"#,
        "t.json: nodes[0].colour: unknown key (known here: name, host, nodeManager, instances, ssh, oldInstallDir, newInstallDir, loadBalancerServer, hooks)"
      ),
      (
        #"{"nodes":[\#(node(#","ssh":{"prot":22}"#))]}"#, "t.json: nodes[0].ssh.prot: unknown key; did you mean 'port'?"
      ),
      (
        #"{"nodes":[\#(node(#","ssh":{"port":"22"}"#))]}"#,
        "t.json: nodes[0].ssh.port: must be a whole number, is a text"
      ),
      (
        #"{"nodes":[\#(node(#","ssh":{"port":22.5}"#))]}"#,
        "t.json: nodes[0].ssh.port: must be a whole number, is a number"
      ),
      (#"{"nodes":[\#(node(#","ssh":{"port":0}"#))]}"#, "t.json: nodes[0].ssh.port: is 0, must be 1 to 65535"),
      (#"{"nodes":[{"host":"a"}]}"#, "t.json: nodes[0].name: is missing"),
      (#"{"nodes":[{"name":"","host":"a"}]}"#, "t.json: nodes[0].name: is empty"),
      (#"{"nodes":[\#(node()),\#(node(host: "b"))]}"#, "t.json: nodes[1].name: 'A' is that of nodes[0] already"),
      (#"{"nodes":[\#(node()),\#(node(name: "B"))]}"#, "t.json: nodes[1].host: 'a' is that of nodes[0] already"),
      (
        #"{"nodes":[{"name":"A","host":"a","nodeManager":"admn"}]}"#,
        "t.json: nodes[0].nodeManager: 'admn' is none of admin, node; did you mean 'admin'?"
      ),
      (
        #"{"nodes":[{"name":"A","host":"a"}]}"#,
        "t.json: nodes[0].nodeManager: is missing; give admin (an Admin Node Manager) or node"
      ),
      (
        #"{"nodes":[{"name":"A","host":"a","nodeManager":"node","instances":[{"name":"i","group":"g"}]}]}"#,
        #"t.json: nodes: none has "nodeManager": "admin"; the upgrade begins on an Admin Node Manager"#
      ),
      (
        #"{"nodes":[{"name":"A","host":"a","nodeManager":"admin","instances":[{"name":"i"}]}]}"#,
        "t.json: nodes[0].instances[0].group: is missing"
      ),
      (
        #"{"nodes":[{"name":"A","host":"a","nodeManager":"admin","instances":[]}]}"#,
        "t.json: nodes[0].instances: is an empty list"
      ),
      (
        #"{"nodes":[{"name":"20261121T075046.123Z-1a2b","host":"a","nodeManager":"none"}]}"#,
        "t.json: nodes[0].name: is like the name of a run, whose folder stands beside the nodes' logs"
      ),
      (
        #"{"nodes":[{"name":"../x","host":"a","nodeManager":"admin"}]}"#,
        "t.json: nodes[0].name: cannot be the name of a log folder; use letters, digits, '-', '_' and '.'"
      ),
      (
        #"{"nodes":[\#(node(#","oldInstallDir":"opt/x""#))]}"#,
        "t.json: nodes[0].oldInstallDir: 'opt/x' must be the absolute path of an installation on the nodes, like /opt/Axway-7.7"
      ),
      (
        #"{"nodes":[\#(node(#","oldInstallDir":"a\u0000b""#))]}"#,
        "t.json: nodes[0].oldInstallDir: holds a NUL character"
      ),
      ("{\n\"nodes\": [\n  x\n]}", "t.json:3: not valid JSON here"),
      ("{\n\"nodes\": [", "t.json:2: the file ends too early (truncated?)"),
      ("", "t.json:1: the file ends too early (truncated?)"),
    ])
  func wrong(json: String, message: String) {
    #expect(Self.failure(json) == message)
  }

  @Test("bytes that are no UTF-8 are named by their line")
  func notUTF8() {
    let bytes = Data("{\n\"nodes\": \"".utf8) + Data([0xFF, 0xFE]) + Data("\"}".utf8)
    #expect(throws: Failure(.refused, "t.json:2: is not UTF-8 text")) {
      try TopologyBuilder.topology(json: bytes, file: "t.json", folder: "/")
    }
  }

  @Test("a file that is not there, or is a folder, is named with the reason")
  func unreadable() {
    #expect(throws: Failure(.io, "/no/such.json: cannot be read: no such file")) {
      try TopologyBuilder.topology(file: "/no/such.json")
    }
    #expect(throws: Failure.self) { try TopologyBuilder.topology(file: "/tmp") }
  }

  @Test("the sample configuration is the reference topology")
  func sample() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let sample = try TopologyBuilder.topology(file: root.appendingPathComponent("config/topology.json").path)
    let reference = Topology.reference
    #expect(sample.nodes.map(\.name) == reference.nodes.map(\.name))
    #expect(sample.nodes.map(\.nodeManager) == reference.nodes.map(\.nodeManager))
    #expect(sample.nodes.map(\.groups) == reference.nodes.map(\.groups))
    #expect(sample.nodes.flatMap(\.instances).map(\.name) == reference.nodes.flatMap(\.instances).map(\.name))
  }
}
