import Foundation
import Testing
import Upgrade

@testable import Axway

@Suite("A topology file that is made")
struct TopologyDraftTests {
  private static let file = """
    {"$schema": "x", "ssh": {"user": "axway", "port": 2222}, "loadBalancer": {"driver": "command", "command": ["/lb"]},
     "groups": {"G": {"minAvailable": "50%"}, "Gone": {"minAvailable": 1}},
     "nodes": [
       {"name": "C", "host": "c", "nodeManager": "node", "instances": [{"name": "3", "group": "Gone"}]},
       {"name": "b", "host": "was-b", "nodeManager": "node", "instances": [{"name": "2", "group": "G"}]},
       {"name": "A", "host": "a", "nodeManager": "node", "oldInstallDir": "/o", "loadBalancerServer": "10.0.0.1",
        "ssh": {"address": "10.0.0.1"}, "hooks": {"beforeNode": {"command": ["/x"]}},
        "instances": [{"name": "1", "group": "G", "healthURL": "http://a:1/h"}, {"name": "old", "group": "G"}]}]}
    """

  private static func domain() throws -> DiscoveredDomain {
    let json = try Domain.answer(
      hosts: [("h1", "a"), ("h2", "b"), ("h3", "c")],
      managers: [
        Domain.manager(on: "h1", isAdmin: true), Domain.manager(on: "h2"), Domain.manager(on: "h3", isAdmin: true),
      ],
      [
        (
          "G",
          [
            Domain.gateway("1", on: "h1"), Domain.gateway("new", on: "h1"), Domain.gateway("2", on: "h2"),
            Domain.gateway("3", on: "h3"),
          ]
        )
      ])
    return try Domain.discovered(json)
  }

  @Test(
    "an existing file keeps what its domain does not know, and its order; what the domain knows is taken from there")
  func updated() throws {
    let before = try JSONFile.parse(Data(Self.file.utf8), file: "t")
    let (draft, notes) = TopologyDraft.updating(before, to: try Self.domain())
    let topology = try draft.topology(file: "t", folder: "/")
    #expect(topology.nodes.map(\.name) == ["C", "A", "b-2"], "a new node's name is none that the file had")
    #expect(topology.nodes.map(\.nodeManager) == [.admin, .admin, .node])
    let a = topology.nodes[1]
    #expect(a.oldInstallDir == "/o" && a.loadBalancerServer == "10.0.0.1" && a.ssh.address == "10.0.0.1")
    #expect(a.hooks.count == 1 && a.ssh.user == "axway")
    #expect(
      a.instances == [
        Topology.Instance(name: "1", group: "G", healthURL: "http://a:1/h"), Topology.Instance(name: "new", group: "G"),
      ])
    #expect(topology.balancerDriver == "command" && Array(topology.groupSettings.keys) == ["G"])
    #expect(notes.count == 3)
    for (note, part) in zip(notes, ["'b' is new", "'was-b' is no host", "no group 'Gone'"]) {
      #expect(note.contains(part))
    }
    #expect(try Domain.schemaProblems(draft.text) == [])
  }

  @Test("the first Admin Node Manager goes before the others; where it does so anyway the order stays")
  func first() throws {
    let before = try JSONFile.parse(Data(Self.file.utf8), file: "t")
    var (draft, _) = TopologyDraft.updating(before, to: try Self.domain())
    draft.putFirst("C")
    #expect(draft.names == ["C", "A", "b-2"])
    draft.putFirst("A")
    #expect(draft.names == ["A", "C", "b-2"])
    draft.putFirst("nobody")
    #expect(draft.names == ["A", "C", "b-2"])
    let kinds: [(String, Topology.NodeManager)] = [("plain", .node), ("first", .admin), ("second", .admin)]
    var mixed = TopologyDraft(
      kinds.map { Topology.Node(name: $0, host: $0, nodeManager: $1, instances: [.init(name: "i", group: "g")]) })
    mixed.putFirst("first")
    #expect(mixed.names == ["plain", "first", "second"])
    mixed.putFirst("second")
    #expect(mixed.names == ["second", "plain", "first"])
  }

  @Test("any text comes back as it was")
  func text() throws {
    let texts = ["\"\\\n\r\t\u{1}\u{7F}\u{85}\u{2028}", "ä🚀/</script>", "$(x) 'y'"]
    let node = Topology.Node(
      name: "N", host: "h", nodeManager: .admin, instances: texts.map { Topology.Instance(name: $0, group: $0) })
    var draft = TopologyDraft([node])
    draft["ssh"] = .object(TopologyDraft.setting(of: SSHSettings(port: 22, user: texts[2])))
    let topology = try draft.topology(file: "t", folder: "/")
    #expect(topology.nodes[0].instances == node.instances)
    #expect(topology.ssh == SSHSettings(port: 22, user: texts[2]))
    #expect(!draft.text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
  }
}
