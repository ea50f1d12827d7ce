import Axway
import Testing
import Upgrade

@testable import Lab

@Suite("The shape of a lab in containers") struct ContainerShapeTests {
  private func description(_ nodes: Int) throws -> LabDescription {
    let options = LabOptions(topology: LabTopology.standard(nodes: nodes), program: "/bin/true")
    return try ContainerBlueprint(options: options, network: ContainerNetwork(name: "n", prefix: "10.213.77"))
      .description(directory: "/lab")
  }

  @Test("every node has the same paths and ports, and an address of its own")
  func identical() throws {
    let lab = try description(3)
    #expect(lab.nodes.map(\.address) == ["10.213.77.11", "10.213.77.12", "10.213.77.13"])
    #expect(Set(lab.nodes.map(\.managementPort)) == [8090] && Set(lab.nodes.map(\.sshPort)) == [22])
    #expect(lab.nodes.flatMap(\.instances).map(\.port) == [8080, 8080, 8080])
    let homes = lab.nodes.map { node in Side.allCases.map { Installation($0, of: node, in: lab).home } }
    #expect(Set(homes) == [["/opt/Axway-7.5.3/apigateway", "/opt/Axway-7.7/apigateway"]])
    #expect(lab.groups.map(\.url) == ["http://10.213.77.10:8080", "http://10.213.77.10:8081"])
  }

  @Test("the eleventh instance of a node does not take the Node Manager's port")
  func ports() throws {
    let instances = (1...12).map { Topology.Instance(name: "i\($0)", group: "g") }
    let node = Topology.Node(name: "n", host: "n.lab", nodeManager: .admin, instances: instances)
    let options = LabOptions(topology: Topology(nodes: [node]), program: "/bin/true")
    let lab = try ContainerBlueprint(options: options, network: ContainerNetwork(name: "n", prefix: "10.1.2"))
      .description(directory: "/lab")
    #expect(lab.nodes[0].instances.map(\.port) == Array(8080...8089) + [8091, 8092])
  }

  @Test("more nodes than the network has addresses for are refused")
  func tooMany() throws {
    #expect(try description(ContainerNetwork.limit).nodes.last?.address == "10.213.77.210")
    #expect(throws: Failure(.refused, "a lab of containers has 200 nodes at most")) {
      try description(ContainerNetwork.limit + 1)
    }
  }

  @Test("a hardware address follows from the address, two digits each")
  func hardware() { #expect(ContainerNetwork.hardware("10.213.7.11") == "02:5a:0a:d5:07:0b") }

  @Test(
    "Podman is tried plainly first, then with limits that nobody has to raise, then with runc; Docker knows no --runtime here"
  )
  func ways() {
    let podman = ContainerEngine.ways(of: "/usr/bin/podman", openFiles: 4096)
    #expect(podman.map(\.options) == [[], [], ["--runtime", "runc"]])
    #expect(podman[0].limits == [] && podman[2].limits.contains("nofile=4096:4096"))
    let docker = ContainerEngine.ways(of: "/usr/bin/docker", openFiles: 1 << 20)
    #expect(docker.map(\.options) == [[], []] && docker[1].limits.contains("nofile=8192:8192"))
  }

  @Test("an engine that is not there is told by name, with what installs one")
  func noEngine() async throws {
    let failure = try await #require(throws: Failure.self) {
      try await ContainerEngine.find("no-such-engine", image: "image")
    }
    #expect(failure.kind == .refused && failure.message == "containers: there is no program 'no-such-engine'")
    #expect(failure.remedy == "run `scripts/install-deps --containers`")
  }

  @Test("what an engine that runs nothing has said is the evidence, way by way")
  func brokenEngine() async throws {
    try await withFolderOfItsOwn { folder in
      let engine = "\(folder)/podman"
      try TextFile.write("#!/bin/sh\necho \"no $1\" >&2\nexit 126\n", to: engine, mode: 0o700)
      let failure = try await #require(throws: Failure.self) {
        try await ContainerEngine.find(engine, image: "image")
      }
      #expect(failure.kind == .refused && failure.message == "containers: \(engine) cannot run one of image here")
      #expect(failure.evidence.filter { $0 == "no run" }.count == 2 && failure.evidence.contains("no --runtime"))
    }
  }

  @Test("libraries outside the system's folders are mounted from where they are, also those of Swift's own images")
  func libraries() {
    let text = """
      \tlinux-vdso.so.1 (0x00007ffd)
      \tlibssh2.so.1 => /lib/x86_64-linux-gnu/libssh2.so.1 (0x00007f95)
      \tlibstdc++.so.6 => /usr/lib/aarch64-linux-gnu/libstdc++.so.6 (0x1)
      \tlibz.so => /usr/lib64/libz.so (0x1)
      \tlibswiftCore.so => /usr/lib/swift/linux/libswiftCore.so (0x2)
      \tlibdispatch.so => /usr/lib/swift/linux/libdispatch.so (0x2)
      \tlibx.so => /opt/my libs/libx.so (0x3)
      \tlibmissing.so => not found
      \t/lib64/ld-linux-x86-64.so.2 (0x00007f95)
      """
    #expect(LibraryFolders.folders(ldd: text) == ["/usr/lib/swift/linux", "/opt/my libs"])
  }

  @Test("what only looks gets no log folder, and all else that the run gets")
  func withoutLogs() {
    let run = ["--config", "t.json", "--log_dir", "logs", "--accept_downtime", "G"]
    #expect(DemoNight.withoutLogs(run[...]) == ["--config", "t.json", "--accept_downtime", "G"])
    #expect(DemoNight.withoutLogs(["--config"]) == ["--config"])
  }

  @Test("compose.yaml has the addresses, hosts and names that 'zdulab compose' writes into the topology file")
  func compose() throws {
    let text = try #require(TextFile.read("\(Repository.path)/config/containers/compose.yaml"))
    let lab = try description(3)
    #expect(lab.nodes[0].address == "\(ContainerCompose.prefix).11")
    for node in lab.nodes {
      #expect(text.contains("    - \(node.host):\(node.address)\n"))
      #expect(text.contains("    hostname: \(node.host)\n"))
      #expect(text.contains("machine, --, \(node.name)]\n    networks: {lab: {ipv4_address: \(node.address)}}\n"))
    }
    let balancer = "\(ContainerCompose.prefix).10"
    #expect(
      text.contains("machine, --, \(MachineFolder.balancer)]\n    networks: {lab: {ipv4_address: \(balancer)}}\n"))
    #expect(lab.groups.allSatisfy { $0.url.hasPrefix("http://\(balancer):") })
    for path in [MachineFolder.mount, MachineFolder.program] { #expect(text.contains("target: \(path), ")) }
  }
}
