import FoundationEssentials
import Glibc
import LoadBalancers
import Testing
import Upgrade

@Suite("NginxPlusLoadBalancer", .serialized)
struct NginxPlusTests {
  @Test("drain in every upstream, down when nothing is in use for three looks, and up again")
  func wayThrough() async throws {
    try await NginxPlusServer.with { server in
      try await server.withDriver { make in
        let driver = try make()
        let node = server.nodes[0]
        #expect(try await driver.standing(of: node) == .enabled)
        server.change { $0.upstreams["gateways"]?[0].active = 2 }
        server.change { $0.upstreams["two / ü"]?[0].active = 1 }
        try await driver.disable(node)
        #expect(server.peer(0)?.state == "draining" && server.peer(0, of: "two / ü")?.state == "draining")
        #expect(server.peer(1)?.state == "up")
        for _ in 0..<4 {
          #expect(try await driver.isDrained(node) == .draining(inFlight: 3, "3 connections are in use"))
        }
        server.change { $0.upstreams["two / ü"]?[0].active = 0 }
        server.change { $0.upstreams["gateways"]?[0].active = 0 }
        for _ in 0..<2 { #expect(try await driver.isDrained(node) == .drained) }
        // A reload gives other numbers to the servers.
        server.change { $0.upstreams["gateways"]?[0].id = 7 }
        #expect(server.peer(0)?.state == "draining")
        #expect(try await driver.isDrained(node) == .drained)
        #expect(server.peer(0)?.state == "down" && server.peer(0, of: "two / ü")?.state == "down")
        try await driver.enable(node)
        #expect(server.peer(0)?.state == "up" && server.peer(0, of: "two / ü")?.state == "up")
        #expect(
          server.now.orders == [
            #"gateways 10.0.0.1:8080 {"drain":true}"#, #"two / ü 10.0.0.1:8080 {"drain":true}"#,
            #"gateways 10.0.0.1:8080 {"down":true}"#, #"two / ü 10.0.0.1:8080 {"down":true}"#,
            #"gateways 10.0.0.1:8080 {"down":false}"#, #"two / ü 10.0.0.1:8080 {"down":false}"#,
          ])
      }
    }
  }

  @Test(
    "a state other than up, draining and down is a server that gets nothing",
    arguments: ["unavail", "checking", "unhealthy"])
  func ill(health: String) async throws {
    try await NginxPlusServer.with { server in
      try await server.withDriver { make in
        server.change { $0.upstreams["gateways"]?[0].health = health }
        let standing = try await make().standing(of: server.nodes[0])
        #expect(standing == .down)
        let failure = await #expect(throws: Failure.self) { try await make().enable(server.nodes[0]) }
        #expect(
          failure?.message == "nginx-plus: 10.0.0.1:8080 of upstream 'gateways' is \(health), still after 2 s")
        #expect(failure?.kind == .balancer && failure?.exitCode == 124)
      }
    }
  }

  @Test("what the API refuses is said in its words, with what to do")
  func refusals() async throws {
    try await NginxPlusServer.with { server in
      for (more, change, message, remedy) in [
        (
          ["upstreams": .string("none")], { _ in },
          "read upstream 'none': HTTP 404, upstream not found (UpstreamNotFound)", "correct upstreams"
        ),
        (
          ["apiVersion": .number(3)], { _ in }, "read upstream 'gateways': HTTP 404, unknown version (UnknownVersion)",
          "apiVersion"
        ),
        (
          [:], { $0.isWritable = false },
          #"set 10.0.0.1:8080 of upstream 'gateways' to {"drain":true}: HTTP 405, method disabled (MethodDisabled)"#,
          "write=on"
        ),
        ([:], { $0.login = "u:p" }, "read upstream 'gateways': HTTP 401, no reason given", "passwordFile"),
        ([:], { $0.trouble = .internalError }, "read upstream 'gateways': HTTP 500, no reason given", nil),
        (
          ["upstreams": .string("gateways")], { $0.trouble = .notJSON },
          "http://\(server.address)/api/9/http/upstreams/gateways does not answer as the API of NGINX Plus does", nil
        ),
      ] as [([String: Setting], (inout NginxPlusServer.State) -> Void, String, String?)] {
        let before = server.now
        server.change(change)
        try await server.withDriver(more) { make in
          let failure = await #expect(throws: Failure.self) { try await make().disable(server.nodes[0]) }
          #expect(failure?.message == "nginx-plus: \(message)" && failure?.kind == .balancer)
          if let remedy { #expect(failure?.remedy?.contains(remedy) == true) }
        }
        server.change { $0 = before }
      }
    }
  }

  @Test("user and password come from the settings and a file")
  func login() async throws {
    let file = "/tmp/zdu-plus-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try Data("pässwort \n".utf8).write(to: URL(fileURLWithPath: file))
    defer { unlink(file) }
    try await NginxPlusServer.with { server in
      server.change { $0.login = "zdu:pässwort " }
      try await server.withDriver(["user": .string("zdu"), "passwordFile": .string(file)]) { make in
        let standing = try await make().standing(of: server.nodes[0])
        #expect(standing == .enabled)
      }
      try await server.withDriver(["user": .string("zdu"), "passwordFile": .string("/no/such")]) { make in
        let failure = await #expect(throws: Failure.self) { _ = try await make().standing(of: server.nodes[0]) }
        #expect(failure?.message == "nginx-plus: /no/such holds no password, or cannot be read")
      }
    }
  }

  @Test("a server that is not in any upstream is a failure that lists what is there")
  func unknown() async throws {
    try await NginxPlusServer.with { server in
      try await server.withDriver(["upstreams": .string("gateways")]) { make in
        let stranger = Node(name: "X", host: "x", groups: [], loadBalancerServer: "10.0.0.3:8080")
        let failure = await #expect(throws: Failure.self) { try await make().disable(stranger) }
        #expect(
          failure?.message
            == "nginx-plus: no server '10.0.0.3:8080'; there are 10.0.0.1:8080 (gateways), 10.0.0.2:8080 (gateways); "
            + "did you mean '10.0.0.1:8080'?")
        let host = Node(name: "N", host: "x", groups: [], loadBalancerServer: "10.0.0.2")
        try await make().disable(host)
        #expect(server.peer(1)?.state == "draining")
      }
    }
  }

  @Test("a reload that forgot the order is seen: the node is not called drained")
  func forgotten() async throws {
    try await NginxPlusServer.with { server in
      try await server.withDriver { make in
        let driver = try make()
        try await driver.disable(server.nodes[0])
        server.change { $0.upstreams["gateways"]?[0].isDraining = false }
        let failure = await #expect(throws: Failure.self) { _ = try await driver.isDrained(server.nodes[0]) }
        #expect(failure?.message == "nginx-plus: 10.0.0.1:8080 of upstream 'gateways' is up, not disabled")
        #expect(try await driver.standing(of: server.nodes[0]) == .mixed)
      }
    }
  }
}
