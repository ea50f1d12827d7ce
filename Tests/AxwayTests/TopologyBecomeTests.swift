import Axway
import Foundation
import Testing
import Upgrade

@Suite("become in the topology")
struct TopologyBecomeTests {
  private static func topology(_ top: String, _ nodes: [String]) throws -> Topology {
    let entries = nodes.enumerated().map { index, ssh in
      #"{"name":"N\#(index)","host":"h\#(index)","nodeManager":"admin","instances":[{"name":"i\#(index)","group":"g"}]"#
        + #","ssh":\#(ssh)}"#
    }
    let json = #"{"ssh":\#(top),"nodes":[\#(entries.joined(separator: ","))]}"#
    return try TopologyBuilder.topology(json: Data(json.utf8), file: "t.json", folder: "/")
  }

  @Test("a node's own goes over that of all nodes; where it is the node's user there is nobody to become")
  func precedence() throws {
    let topology = try Self.topology(
      #"{"user":"axway","become":"apigw"}"#, ["{}", #"{"become":"gw2"}"#, #"{"become":"axway"}"#, #"{"user":"apigw"}"#])
    #expect(topology.nodes.map(\.ssh.become) == ["apigw", "gw2", nil, nil])
    #expect(topology.nodes.map(\.node.become) == ["apigw", "gw2", nil, nil])
  }

  @Test("a load balancer's machine has only its own")
  func balancer() throws {
    let topology = try Self.topology(#"{"user":"axway","become":"apigw"}"#, ["{}"])
    for (json, become) in [(#"{"address":"lb"}"#, nil), (#"{"address":"lb","become":"nginx"}"#, "nginx")] {
      let setting = try JSONDecoder().decode(Setting.self, from: Data(json.utf8))
      let reader = try SettingReader(setting, file: "t.json", keys: ["address", "become"])
      let ssh = try SSHSettings.ofBalancer(reader, PathResolver(beside: "t.json"), over: topology.ssh)
      #expect(ssh.user == "axway" && ssh.become == become)
    }
  }

  @Test("a name that would be something else to sudo is refused when the file is read")
  func hostile() throws {
    for (top, node, path) in [
      (#"{"become":"-u root"}"#, "{}", "ssh.become"), ("{}", ##"{"become":"#0"}"##, "nodes[0].ssh.become"),
      ("{}", #"{"become":"a;b"}"#, "nodes[0].ssh.become"), ("{}", #"{"become":"a\nb"}"#, "nodes[0].ssh.become"),
    ] {
      let failure = #expect(throws: Failure.self) { _ = try Self.topology(top, [node]) }
      #expect(failure?.message.hasPrefix("t.json: \(path): '") == true)
      #expect(failure?.message.contains("cannot be a user's name; use letters") == true)
    }
    let failure = #expect(throws: Failure.self) { _ = try Self.topology("{}", [#"{"become":""}"#]) }
    #expect(failure?.message == "t.json: nodes[0].ssh.become: is empty")
  }
}
