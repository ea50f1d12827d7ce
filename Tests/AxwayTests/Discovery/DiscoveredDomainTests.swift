import Foundation
import Testing
import Upgrade

@testable import Axway

@Suite("A domain that its Admin Node Manager tells of")
struct DiscoveredDomainTests {
  private static let three = [("h1", "a.example"), ("h2", "b.example"), ("h3", "c.example")]

  @Test("an answer like the vendor's gives the nodes, and a file that the builder and the schema accept")
  func whole() throws {
    let json = try Domain.answer(
      hosts: Self.three,
      managers: [
        Domain.manager(on: "h1", isAdmin: true), Domain.manager(on: "h2"), Domain.manager(on: "h3", isAdmin: true),
      ],
      [
        ("Gruppe Ä \"1\" $(x)", [Domain.gateway("Gateway 1", on: "h1"), Domain.gateway("-g2", on: "h2")]),
        ("Empty", []), ("Manager", [Domain.gateway("M", on: "h3"), Domain.gateway("Gateway 1", on: "h1")]),
      ])
    let domain = try Domain.discovered(json)
    #expect(try DomainTopology(json: json, from: "x").productVersion == "7.5.3")
    #expect(domain.nodes.map(\.name) == ["a.example", "b.example", "c.example"])
    #expect(domain.nodes.map(\.nodeManager) == [.admin, .node, .admin])
    #expect(
      domain.nodes[0].instances == [
        Topology.Instance(name: "Gateway 1", group: "Gruppe Ä \"1\" $(x)"),
        Topology.Instance(name: "Gateway 1", group: "Manager"),
      ])
    #expect(domain.notes.isEmpty)
    let draft = TopologyDraft(domain.nodes)
    #expect(try draft.topology(file: "t", folder: "/").nodes == domain.nodes)
    #expect(try Domain.schemaProblems(draft.text) == [])
  }

  @Test("a pattern gives the health check of an instance that is alone on its host, and no other")
  func health() throws {
    let json = try Domain.answer(
      hosts: [("h1", "fd00::1"), ("h2", "b")],
      managers: [Domain.manager(on: "h1", isAdmin: true), Domain.manager(on: "h2")],
      [("G", [Domain.gateway("1", on: "h1"), Domain.gateway("2", on: "h2"), Domain.gateway("3", on: "h2")])])
    let domain = try Domain.discovered(json, pattern: "http://{host}:8080/healthcheck")
    #expect(domain.nodes[0].instances.map(\.healthURL) == ["http://[fd00::1]:8080/healthcheck"])
    #expect(domain.nodes[1].instances.map(\.healthURL) == [nil, nil])
    let notes = DiscoveredDomain.healthNotes(domain.nodes, try HealthURLPattern("http://{host}:8080/healthcheck"))
    #expect(notes.count == 2 && notes[0].contains("fd00::1 is guessed") && notes[1].hasPrefix("no healthURL on b:"))
    for wrong in ["http://gw:8080/", "{host}", "ftp://{host}/", "http://u:p@{host}/"] {
      #expect(throws: Failure.self) { try HealthURLPattern(wrong) }
    }
  }

  @Test("what is disabled, empty or of another kind is left out with a note")
  func leftOut() throws {
    let json = try Domain.answer(
      hosts: Self.three + [("h4", "d.example")],
      managers: [
        Domain.manager(on: "h1", isAdmin: true, more: ["enabled": false]), Domain.manager(on: "h2"),
        Domain.manager(on: "h3", more: ["tags": NSNull()]),
      ],
      [
        (
          "G",
          [
            Domain.gateway("1", on: "h1"), Domain.gateway("off", on: "h1", more: ["enabled": false]),
            Domain.gateway("3", on: "h3"), Domain.service("A", "analytics", on: "h1"),
          ]
        )
      ])
    let domain = try Domain.discovered(json)
    #expect(domain.nodes.map(\.host) == ["a.example", "c.example"])
    #expect(domain.nodes[0].instances.map(\.name) == ["1"])
    for (part, note) in zip(
      [
        "'analytics'", "Node Manager on 'a.example' is disabled", "'off' of 'G'", "host 'b.example' has a plain",
        "'d.example'",
      ],
      domain.notes)
    { #expect(note.contains(part)) }
    #expect(domain.notes.count == 5)
  }

  @Test(
    "a host's name that is none is refused, whatever it would do to a file, a shell or a terminal",
    arguments: ["a b", "a\nb", "-oProxyCommand=x", "a/b", "\u{1B}[2J", "\u{202E}a", String(repeating: "a", count: 300)])
  func hostile(name: String) throws {
    let json = try Domain.answer(hosts: [("h1", name)], managers: [Domain.manager(on: "h1", isAdmin: true)], [])
    let message = try #require(Domain.message(json))
    #expect(message == "\(Domain.url): result.hosts[0].name: '\(PlainText.oneLine(name))' is no host name")
  }

  @Test("a host that is named as every machine names itself is noted, since it would be looked for here")
  func local() throws {
    let json = try Domain.answer(
      hosts: [("h1", "localhost"), ("h2", "b")],
      managers: [Domain.manager(on: "h1", isAdmin: true), Domain.manager(on: "h2")],
      [("G", [Domain.gateway("1", on: "h1"), Domain.gateway("2", on: "h2")])])
    #expect(try Domain.discovered(json).notes.map { $0.prefix(30) } == ["'localhost' is every machine's"])
  }

  @Test("a host whose name cannot be a node's, or is one already, has another name in the file")
  func names() throws {
    #expect(DiscoveredDomain.name(for: "..", besides: []) == "host-..")
    #expect(DiscoveredDomain.name(for: "a", besides: ["a", "a-2"]) == "a-3")
    let run = RunID(Date(), bits: 7).text
    #expect(DiscoveredDomain.name(for: run, besides: []) == "host-\(run)")
  }

  @Test("what no upgrade can begin with is refused in one line that says where and what")
  func refused() throws {
    let admin = Domain.manager(on: "h1", isAdmin: true)
    let (one, gateway) = ([("h1", "a")], Domain.gateway("1", on: "h1"))
    let cases: [([UInt8], String)] = [
      (
        try Domain.answer(hosts: one, managers: [Domain.manager(on: "h1")], [("G", [gateway])]),
        ": no Node Manager of the domain has the tag internal_admin_nm"
      ),
      (
        try Domain.answer(hosts: one + [("h2", "b")], managers: [admin], [("G", [Domain.gateway("2", on: "h2")])]),
        ": host 'b' has instances, but no Node Manager"
      ),
      (
        try Domain.answer(hosts: one, managers: [admin, Domain.manager(on: "h1")], []),
        ": host 'a' has 2 Node Managers; zdupgrade upgrades one a host"
      ),
      (
        try Domain.answer(hosts: one, managers: [admin, Domain.manager(on: "h9")], []),
        ": 'Node Manager on h9' of 'Node Manager Group' is on 'h9', which is none of its hosts"
      ),
      (try Domain.answer(hosts: one + one, managers: [admin], []), ": result.hosts[1].id: 'h1' is there twice"),
      (
        try Domain.answer(hosts: one + [("h2", "a")], managers: [admin], []),
        ": result.hosts[1].name: 'a' is there twice"
      ),
      (
        try Domain.answer(hosts: one, managers: [admin], [("G\u{1B}", [gateway, gateway])]),
        ": '1' of 'G\\u{1b}' is there twice on one host"
      ),
      (try Domain.bytes([:]), ": result: is missing"),
      (try Domain.bytes(["result": [:] as [String: Any]]), ": result.hosts: is missing"),
      (try Domain.bytes(["result": ["hosts": [["id": "1"]]]]), ": result.hosts[0].name: is missing"),
      (try Domain.bytes(["result": ["hosts": "x"]]), ": result.hosts: must be a list, is a text"),
      (
        try Domain.answer(hosts: one, managers: [Domain.manager(on: "h1", more: ["enabled": "yes"])], []),
        ": result.groups[0].services[0].enabled: must be true or false, is a text"
      ),
      (Array("<html>".utf8), ":1: not valid JSON here"), (Array("[]".utf8), ": the file: must be an object, is a list"),
      ([], ":1: the file ends too early (truncated?)"), ([0xFF], ":1: is not UTF-8 text"),
      (
        Array(String(repeating: "[", count: 100_000).utf8), ""
      ),
    ]
    for (json, message) in cases {
      let found = try #require(Domain.message(json), "\(message)")
      #expect(message.isEmpty || found == Domain.url + message)
    }
  }
}
