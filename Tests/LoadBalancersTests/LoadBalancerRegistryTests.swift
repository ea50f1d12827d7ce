import LoadBalancers
import Testing
import Upgrade

@Suite("LoadBalancerRegistry")
struct LoadBalancerRegistryTests {
  @Test(
    "without a setting there is no load balancer",
    arguments: [nil, .null, .object(["driver": .string("none")])] as [Setting?])
  func none(setting: Setting?) throws {
    #expect(try make(setting) is NoLoadBalancer)
  }

  @Test("each driver is made from its settings, connected to nothing")
  func drivers() throws {
    #expect(try make(.object(["driver": .string("nginx"), "include": .string("/a")])) is NginxLoadBalancer)
    #expect(
      try make(
        .object([
          "driver": .string("nginx"), "include": .array([.string("/a"), .string("/b")]), "pidFile": .string("/p"),
          "command": .array([.string("nginx"), .string("-c"), .string("/c")]),
          "ssh": .object(["address": .string("lb"), "port": .number(2222), "user": .string("ü")]),
        ])) is NginxLoadBalancer)
    #expect(
      try make(
        .object([
          "driver": .string("command"), "command": .array([.string("/bin/lb"), .string("x")]), "timeout": .number(5),
        ])) is CommandLoadBalancer)
  }

  @Test(
    "a bad setting is one line with file, key path and near match, and validate says the same",
    arguments: [
      (.string("nginx"), "t.json: loadBalancer: must be an object, is a text"),
      (
        .object([:]),
        "t.json: loadBalancer.driver: is missing, must be one of none, nginx, haproxy, nginx-plus, healthchecklb, command"
      ),
      (
        .object(["driver": .string("ngnix")]),
        "t.json: loadBalancer.driver: 'ngnix' is none of none, nginx, haproxy, nginx-plus, healthchecklb, command; did you mean 'nginx'?"
      ),
      (.object(["driver": .number(1)]), "t.json: loadBalancer.driver: must be a text, is a number"),
      (
        .object(["driver": .string("nginx"), "includes": .string("/a")]),
        "t.json: loadBalancer.includes: unknown key; did you mean 'include'?"
      ),
      (
        .object(["driver": .string("nginx")]),
        "t.json: loadBalancer.include: is missing: the file with the server lines of the upstream"
      ),
      (.object(["driver": .string("nginx"), "include": .array([])]), "t.json: loadBalancer.include: is an empty list"),
      (.object(["driver": .string("nginx"), "include": .string("")]), "t.json: loadBalancer.include: is empty"),
      (
        .object(["driver": .string("nginx"), "include": .string("a.conf")]),
        "t.json: loadBalancer.include: 'a.conf' is not an absolute path"
      ),
      (
        .object(["driver": .string("nginx"), "include": .array([.string("/a"), .string("/a")])]),
        "t.json: loadBalancer.include: '/a' is there twice"
      ),
      (
        .object(["driver": .string("nginx"), "include": .string("/a"), "pidFile": .string("x")]),
        "t.json: loadBalancer.pidFile: 'x' is not an absolute path"
      ),
      (
        .object(["driver": .string("nginx"), "include": .string("/a"), "ssh": .object(["adress": .string("x")])]),
        "t.json: loadBalancer.ssh.adress: unknown key; did you mean 'address'?"
      ),
      (
        .object(["driver": .string("nginx"), "include": .string("/a"), "ssh": .object(["port": .number(1)])]),
        "t.json: loadBalancer.ssh.address: is missing"
      ),
      (
        .object([
          "driver": .string("nginx"), "include": .string("/a"),
          "ssh": .object(["address": .string("x"), "port": .number(70_000)]),
        ]), "t.json: loadBalancer.ssh.port: is 70000, must be 1 to 65535"
      ),
      (
        .object(["driver": .string("command")]),
        "t.json: loadBalancer.command: is missing: the list of the program and its arguments"
      ),
      (
        .object(["driver": .string("command"), "command": .array([])]), "t.json: loadBalancer.command: is an empty list"
      ),
      (
        .object(["driver": .string("command"), "command": .array([.string("./lb")])]),
        "t.json: loadBalancer.command[0]: './lb' is neither an absolute path nor a name to be found in PATH"
      ),
      (
        .object(["driver": .string("command"), "command": .array([.string("/lb")]), "timeout": .number(0)]),
        "t.json: loadBalancer.timeout: is 0, must be 1 to 86400"
      ),
    ] as [(Setting, String)])
  func bad(setting: Setting, message: String) {
    let made = #expect(throws: Failure.self) { try make(setting) }
    #expect(made?.message == message && made?.kind == .refused)
    let validated = #expect(throws: Failure.self) {
      try LoadBalancerRegistry.standard.validate(setting, file: "t.json")
    }
    #expect(validated?.message == message)
  }

  @Test("validate accepts what make accepts, without a way to connect")
  func validate() throws {
    try LoadBalancerRegistry.standard.validate(nil, file: "t.json")
    try LoadBalancerRegistry.standard.validate(
      .object([
        "driver": .string("nginx"), "include": .string("/a"), "ssh": .object(["address": .string("lb")]),
      ]), file: "t.json")
  }

  private func make(_ setting: Setting?) throws -> any LoadBalancer {
    let handler = LoudCommandHandler()
    return try LoadBalancerRegistry.standard.make(
      from: setting, file: "t.json",
      in: Surroundings(local: handler, remote: { _ in BalancerShell(handler: handler, node: "lb") }))
  }
}

/// Fails the test when anything is run.
struct LoudCommandHandler: CommandHandler {
  func run(
    _ command: ShellCommand, on node: String, timeout: Duration?,
    output: @escaping @Sendable (CommandOutput) async -> Void
  ) async throws -> CommandExit {
    Issue.record("nothing may be run here: \(command)")
    return .code(1)
  }
}
