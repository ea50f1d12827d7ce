import LoadBalancers
import Testing
import Upgrade

@Suite("The examples of an operator's command under config/", .serialized)
struct OperatorCommandTests {
  private let hostile = #"a","loadBalancerServer":"evil:1","x":"$(touch evil)`touch evil`"#

  private func node(_ server: String?) -> Node {
    Node(name: hostile, host: "h'\\", groups: [hostile, "loadBalancerServer"], loadBalancerServer: server)
  }

  @Test("AWS: deregistered until unused, registered until healthy, in every target group")
  func aws() async throws {
    try await FakePrograms.with { fakes in
      for group in ["1", "2"] { try fakes.write("\(group).Id=i-0a,Port=8080", "healthy 0\n") }
      let driver = try fakes.driver("lb-aws-target-group", ["AWS_TARGET_GROUPS=arn:aws:x/1 arn:aws:x/2"])
      let own = node("i-0a:8080")
      try await driver.disable(own)
      #expect(fakes.read("1.Id=i-0a,Port=8080").hasPrefix("draining"))
      #expect(try await driver.isDrained(own) == .draining(inFlight: nil, "arn:aws:x/2: draining"))
      #expect(try await eventually { try await driver.isDrained(own) == .drained })
      #expect(fakes.read("2.Id=i-0a,Port=8080").hasPrefix("unused"))
      try await driver.enable(own)
      try await driver.enable(own)
      for group in ["1", "2"] { #expect(fakes.read("\(group).Id=i-0a,Port=8080").hasPrefix("healthy")) }
      let failure = await #expect(throws: Failure.self) { _ = try await driver.isDrained(own) }
      #expect(failure?.evidence == ["arn:aws:x/1: i-0a:8080 is healthy, not deregistered"])
      #expect(fakes.read("calls").split(separator: "\n").count { $0.contains(" register-targets ") } == 2)
    }
  }

  @Test("AWS: what aws refuses is a failure with its words, and the other group is put back")
  func awsRefuses() async throws {
    try await FakePrograms.with { fakes in
      try fakes.write("1.Id=i-0a,Port=8080", "healthy 0\n")
      let driver = try fakes.driver("lb-aws-target-group", [], ["arn:aws:x/1", "nonsense"])
      let failure = await #expect(throws: Failure.self) { try await driver.disable(node("i-0a:8080")) }
      #expect(failure?.kind == .balancer)
      #expect(failure?.evidence.contains { $0.contains("TargetGroupNotFound") } == true)
      #expect(fakes.read("1.Id=i-0a,Port=8080").hasPrefix("initial"))
    }
  }

  @Test("F5: disabled and read back, drained by the connections, enabled until up; the password is in no argument")
  func f5() async throws {
    try await FakePrograms.with { fakes in
      let file = "~Common~gateways_members_~Common~10.0.0.1:8080"
      try fakes.write(file, "monitor-enabled up 2\n")
      try fakes.write("netrc", "machine bigip.lab login admin password geheim\n")
      let driver = try fakes.driver(
        "lb-f5", ["F5_URL=https://bigip.lab", "F5_NETRC=\(fakes.directory)/netrc"], ["gateways"])
      let own = node("10.0.0.1:8080")
      let early = await #expect(throws: Failure.self) { _ = try await driver.isDrained(own) }
      #expect(early?.evidence == ["gateways: 10.0.0.1:8080 is not disabled"])
      try await driver.disable(own)
      #expect(fakes.read(file) == "user-disabled up 2")
      #expect(try await driver.isDrained(own) == .draining(inFlight: nil, "gateways: 2 connections"))
      #expect(try await driver.isDrained(own) == .draining(inFlight: nil, "gateways: 1 connections"))
      #expect(try await driver.isDrained(own) == .drained)
      try await driver.enable(own)
      #expect(fakes.read(file) == "monitor-enabled up 0")
      #expect(!fakes.read("calls").contains("geheim"))

      let failure = await #expect(throws: Failure.self) { try await driver.enable(node("10.0.0.9:8080")) }
      #expect(failure?.evidence.first?.contains("HTTP 404") == true)
      try fakes.write("netrc", "machine bigip.lab login admin password falsch\n")
      let other = await #expect(throws: Failure.self) { try await driver.enable(own) }
      #expect(other?.evidence.first?.contains("HTTP 401") == true)
    }
  }

  @Test("Kubernetes: the label, the EndpointSlices, and the connections in the pod")
  func kubernetes() async throws {
    try await FakePrograms.with { fakes in
      for pod in ["gateway-0", "gateway-1"] { try fakes.write("pod.\(pod)", "serving=true\n") }
      try fakes.write("slices", "gateway-0 true\ngateway-1 true\n")
      let settings = ["K8S_SERVICE=gateway", "K8S_PROPAGATION_DELAY=0"]
      let driver = try fakes.driver("lb-kubernetes-label", settings + ["K8S_PORT=8080"])
      let own = node("gateway-0")
      try await driver.disable(own)
      #expect(fakes.read("pod.gateway-0") == "serving=out-for-upgrade" && fakes.read("slices") == "gateway-1 true")
      let row = "  0: 0100007F:1F90 0100007F:D3A2 01 00000000:00000000 00:00000000 00000000\n"
      try fakes.write("tcp", "  sl  local_address rem_address   st\n" + row + row.replacing(" 01 ", with: " 0A ") + row)
      #expect(try await driver.isDrained(own) == .draining(inFlight: nil, "2 connections to gateway-0"))
      try fakes.write("tcp", row.replacing(":1F90", with: ":1F91"))
      #expect(try await driver.isDrained(own) == .drained)
      #expect(try await fakes.driver("lb-kubernetes-label", settings).isDrained(own) == .drained)
      try await driver.enable(own)
      #expect(fakes.read("slices") == "gateway-0 true\ngateway-1 true")
      let failure = await #expect(throws: Failure.self) { _ = try await driver.isDrained(own) }
      #expect(failure?.evidence == ["gateway-0 is in the EndpointSlices of gateway"])
      let stranger = await #expect(throws: Failure.self) { try await driver.disable(node("gateway-7")) }
      #expect(stranger?.evidence.contains { $0.contains("not found") } == true)
    }
  }

  @Test(
    "a missing setting, a node without a server and a hostile name are refused before anything is called",
    arguments: [
      ("lb-aws-target-group", []), ("lb-aws-target-group", ["AWS_TARGET_GROUPS=arn:aws:x/1"]), ("lb-f5", []),
      ("lb-f5", ["F5_POOLS=p", "F5_URL=https://bigip.lab", "F5_NETRC=/dev/null"]), ("lb-kubernetes-label", []),
      ("lb-kubernetes-label", ["K8S_SERVICE=gateway"]),
    ] as [(String, [String])])
  func refused(script: String, settings: [String]) async throws {
    try await FakePrograms.with { fakes in
      let driver = try fakes.driver(script, settings)
      for server in [nil, "", hostile, "a b", "-x;y", "../x", "a,Id=b"] as [String?] {
        let failure = await #expect(throws: Failure.self) { try await driver.enable(node(server)) }
        #expect(failure?.kind == .balancer && failure?.exitCode == 1 && failure?.evidence.isEmpty == false)
      }
      #expect(fakes.read("calls").isEmpty)
    }
  }

  @Test(
    "a program that is missing is named", arguments: ["lb-aws-target-group": "aws", "lb-kubernetes-label": "kubectl"])
  func missing(script: String, program: String) async throws {
    try await FakePrograms.with { fakes in
      // Nothing but what the script itself needs.
      let bin = fakes.directory + "/bin"
      let variables = ["PATH=\(bin)"]
      let failure = await #expect(throws: Failure.self) {
        try await fakes.driver(script, variables).enable(node("x"))
      }
      #expect(failure?.evidence.first?.contains("\(program)") == true)
      #expect(failure?.evidence.first?.contains("not in PATH") == true)
    }
  }
}
