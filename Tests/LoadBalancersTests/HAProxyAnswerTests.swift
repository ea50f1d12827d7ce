import Testing
import Upgrade

@testable import LoadBalancers

@Suite("HAProxy's answers")
struct HAProxyAnswerTests {
  private static func answer(state: String = "2 0", agent: String = "0", status: String = "UP") -> String {
    """
    Name: HAProxy
    Pid: 77
    Start_time_sec: 1795242135
    description: a: b

    1
    # be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_agent_state srv_fqdn srv_port
    3 nodes 1 a 10.0.0.1 \(state) \(agent) gateway.example 8080
    3 nodes 2 b fd00::2 2 0 0 - 8080

    # pxname,svname,qcur,scur,status,check_status,last_chk,check_rise,check_fall,check_health,
    nodes,a,1,2,\(status),L7OK,"said ""no"",
    and # pxname, more",2,3,4,
    nodes,b,0,0,no check,,,,,,

    """
  }

  @Test("columns are found by their names, and a quoted field may hold anything")
  func columns() throws {
    let snapshot = try #require(HAProxySnapshot(Self.answer()))
    #expect(snapshot.process == .init(pid: 77, start: 1_795_242_135))
    let server = try #require(snapshot.servers.first)
    #expect(server.sessions == 2 && server.queued == 1 && server.health?.value == 4 && server.isProven)
    #expect(snapshot.servers.map { "\($0.name)" } == ["nodes/a", "nodes/b"] && snapshot.servers[1].isProven)
  }

  @Test(
    "how a server stands is read from its masks",
    arguments: [
      ("2 0", Standing.enabled), ("1 0", .enabled), ("0 0", .down), ("3 0", .down), ("2 8", .disabled),
      ("0 1", .disabled), ("0 5", .disabled), ("0 2", .disabled), ("2 16", .disabled), ("0 9", .disabled),
      ("2 4", .enabled), ("0 32", .down), ("2 64", .down),
    ])
  func masks(state: String, standing: Standing) throws {
    #expect(try #require(HAProxySnapshot(Self.answer(state: state))?.servers.first).standing == standing)
  }

  @Test(
    "an agent is on when it is configured and enabled",
    arguments: [("0", false), ("18", false), ("22", true), ("23", true), ("4", false)])
  func agents(agent: String, isOn: Bool) throws {
    #expect(try #require(HAProxySnapshot(Self.answer(agent: agent))?.servers.first).isAgentOn == isOn)
  }

  @Test("a server is meant by its names only")
  func names() throws {
    let servers = try #require(HAProxySnapshot(Self.answer())?.servers)
    for name in ["nodes/a", "a", "10.0.0.1", "10.0.0.1:8080", "gateway.example", "gateway.example:8080"] {
      #expect(servers[0].isMeant(by: name) && !servers[1].isMeant(by: name))
    }
    for name in ["fd00::2", "[fd00::2]", "[fd00::2]:8080"] { #expect(servers[1].isMeant(by: name)) }
    for name in ["nodes", "nodes/", "-", "-:8080", "10.0.0.1:80", "10.0.0", ""] {
      #expect(!servers.contains { $0.isMeant(by: name) }, "\(name)")
    }
  }

  @Test(
    "what is no such answer is not read as one",
    arguments: [
      "", "Permission denied\n", "HTTP/1.0 400 Bad request\n", String(answer().prefix(250)),
      answer().replacing("Pid: 77", with: "Pid: x"), answer().replacing("nodes,a,", with: "nodes,c,"),
      answer().replacing("1,2,UP", with: "1,,UP"), answer().replacing("\"said", with: "said"),
      answer().replacing("srv_admin_state", with: "x"),
    ])
  func garbage(text: String) { #expect(HAProxySnapshot(text) == nil) }

  @Test(
    "a socket is a path or a host and a port",
    arguments: [
      ("/run/x y.sock", SocketEndpoint.unix("/run/x y.sock")), ("lb:9999", .tcp(host: "lb", port: 9999)),
      ("[::1]:9999", .tcp(host: "::1", port: 9999)), ("run/x", nil), ("::1:9999", nil), (":9", nil), ("lb:0", nil),
      ("lb:70000", nil), ("lb", nil), ("", nil),
    ])
  func sockets(text: String, endpoint: SocketEndpoint?) {
    #expect(SocketEndpoint(text) == endpoint)
    if let endpoint { #expect("\(endpoint)" == text) }
  }
}

@Suite("Several balancers together")
struct JointTests {
  @Test(
    "standings add up",
    arguments: [
      ([.enabled, .enabled], .enabled), ([.disabled, .disabled], .disabled), ([.unknown, .disabled], .disabled),
      ([.enabled, .unknown], .enabled), ([.unknown, .unknown], .unknown), ([.enabled, .disabled], .mixed),
      ([.enabled, .mixed], .mixed), ([.disabled, .down], .down), ([.unknown, .down, .enabled], .down), ([], .unknown),
    ] as [([Standing], Standing)])
  func standings(members: [Standing], together: Standing) { #expect(Standing.together(members) == together) }

  @Test(
    "a drain is over when it is everywhere; counts and reasons add up, and the most careful decides how often to ask")
  func drain() async throws {
    let node = Node(name: "N", host: "h", groups: [])
    func joint(_ states: [DrainState]) -> JointLoadBalancer {
      JointLoadBalancer(
        states.enumerated().map { .init(name: "m\($0)", balancer: Fixed(state: $1, pollsUntilDrained: $0 + 1)) })
    }
    #expect(try await joint([.drained, .drained]).isDrained(node) == .drained)
    #expect(
      try await joint([.draining(inFlight: 2, "x"), .drained, .draining(inFlight: 3, "y")]).isDrained(node)
        == .draining(inFlight: 5, "m0: x; m2: y"))
    #expect(
      try await joint([.draining(inFlight: nil, "x"), .drained]).isDrained(node) == .draining(inFlight: nil, "m0: x"))
    #expect(joint([.drained, .drained, .drained]).pollsUntilDrained == 3)
  }
}

private struct Fixed: LoadBalancer {
  let state: DrainState
  let pollsUntilDrained: Int
  func disable(_ node: Node) async throws {}
  func isDrained(_ node: Node) async throws -> DrainState { state }
  func enable(_ node: Node) async throws {}
  func standing(of node: Node) async throws -> Standing { .enabled }
}
