import Axway
import FoundationEssentials
import Glibc
import Testing
import Upgrade

@testable import Lab

extension OnStage {
  @Suite("A lab") struct LabTests {
    @Test(
      "every part answers: SSH with the RSA key and the known hosts, each instance, each group behind the load balancer",
      arguments: LabBalancer.allCases)
    func up(balancer: LabBalancer) async throws {
      try await withLab(balancer: balancer) { lab in
        for node in lab.description.nodes {
          let answer = try await lab.ssh(node.name, "cd && echo \"$ZDULAB_DIR\" && pwd")
          let home = lab.description.layout.home(of: node.name)
          #expect(answer.code == 0 && answer.output == "\(lab.directory)\n\(home)\n", "\(answer.errors)")
        }
        #expect(await LabVersions.read(lab).entries.map(\.version) == ["7.5.3", "7.5.3", "7.5.3"])
        for group in lab.description.groups {
          let client = TrafficClient(url: "\(group.url)/", rate: 20)
          await client.begin()
          #expect(await eventually { await client.report.total > 3 })
          #expect(await client.stop().failed == 0)
        }
        let status = LabStatus(of: lab)
        #expect(status.nodes.allSatisfy { $0.hasSSH && $0.oldProcesses == 2 && $0.newProcesses == 0 })
        #expect(status.table.hasPrefix("NODE    SSHD  OLD  NEW  SYSUPGRADE\nNode-A  up    2/2  0/2  not started\n"))
      }
    }

    @Test("the topology file is what zdupgrade reads: the reference topology with the lab's addresses")
    func topologyFile() async throws {
      try await withLab { lab in
        let topology = try TopologyBuilder.topology(file: lab.topologyFile)
        #expect(topology.nodes.map(\.name) == Topology.reference.nodes.map(\.name))
        #expect(topology.nodes.map(\.nodeManager) == Topology.reference.nodes.map(\.nodeManager))
        #expect(
          topology.nodes.flatMap(\.instances).map { [$0.name, $0.group] }
            == Topology.reference.nodes.flatMap(\.instances).map { [$0.name, $0.group] })
        #expect(topology.nodes.map(\.host) == ["node-a.lab", "node-b.lab", "node-c.lab"])
        #expect(topology.nodes.map(\.loadBalancerServer) == lab.description.nodes.map(\.address))
        #expect(topology.nodes.allSatisfy { $0.ssh.address?.hasPrefix("127.") == true && $0.ssh.identityFile != nil })
      }
    }

    @Test("nobody else can look into it, and secrets are for the owner only")
    func modes() async throws {
      try await withLab(nodes: 1) { lab in
        for (path, mode) in [
          (lab.directory, 0o700), (lab.passwordFile, 0o600), (lab.domainPassphraseFile, 0o600),
          (lab.description.layout.userKey, 0o600), (lab.description.layout.secrets, 0o700),
        ] {
          var status = stat()
          #expect(stat(path, &status) == 0)
          #expect(status.st_mode & 0o777 == mode_t(mode), "\(path)")
        }
      }
    }

    @Test("down ends what a kill -9 in the middle of everything has left, sessions and orphaned workers too")
    func downAfterCrash() async throws {
      try await withLab { lab in
        let session = Task { try await lab.ssh("Node-B", "exec tail -f /dev/null") }
        let isThere = await eventually {
          LabProcesses(directory: lab.directory).running.contains { $0.name == "tail" }
        }
        #expect(isThere)
        let running = LabProcesses(directory: lab.directory).running
        let all = Set(running.map(\.pid))
        let masters = running.filter { !all.contains($0.parent) && ($0.name == "nginx" || $0.name == "sshd") }
        #expect(masters.count == 4)
        for process in masters { kill(process.pid, SIGKILL) }
        for process in running.filter({ $0.name.hasPrefix("zdulab") }).prefix(2) { kill(process.pid, SIGKILL) }
        #expect(await eventually { masters.allSatisfy { !$0.isRunning } })
        let left = LabProcesses(directory: lab.directory).running
        #expect(left.contains { $0.name == "nginx" }, "\(left)")
        #expect(left.contains { $0.name == "tail" }, "\(left)")
        unlink(lab.description.layout.description)
        try await Lab.down(in: lab.directory)
        #expect(lab.processes.isEmpty)
        _ = try await session.value
      }
    }

    @Test("two labs at once do not disturb each other, and the end of one leaves the other whole")
    func twoLabs() async throws {
      try await withLab { first async throws in
        try await withLab { second async throws in
          #expect(first.directory != second.directory)
          #expect(Set(first.processes).isDisjoint(with: second.processes))
          try second.setFault("Node-A:export")
          #expect(try await first.tools("Node-A").export().code == 0)
          #expect(try await second.tools("Node-A").export().code == 100)
        }
        #expect(await LabVersions.read(first).entries.map(\.version) == ["7.5.3", "7.5.3", "7.5.3"])
        #expect(LabStatus(of: first).nodes.allSatisfy { $0.hasSSH && $0.oldProcesses == 2 })
      }
    }

    @Test("its folder may have any name", arguments: ["it's a \"läb\"", "$(touch x) `y` %h #; &", "-n 日本"])
    func hostileNames(name: String) async throws {
      try await withFolderOfItsOwn { parent in
        try await withLab(directory: "\(parent)/\(name)") { lab in
          #expect(lab.directory == "\(parent)/\(name)")
          let node = lab.tools("Node-B")
          let script = ShellQuoting.quote("\(node.home(.old))/posix/bin/nodemanager")
          let status = try await lab.ssh("Node-B", "\(script) -s")
          #expect(status.code == 0 && status.output == "Node Manager is running.\n", "\(status.errors)")
          for name in ["Node-A", "Node-B"] { #expect(try await lab.tools(name).export().code == 0) }
          #expect(LabStatus(of: lab).nodes.allSatisfy { $0.hasSSH && $0.oldProcesses == 2 })
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: parent) == [])
      }
    }

    @Test("up that is interrupted, or that fails half way, leaves nothing behind", arguments: [50, 150, 300, 500])
    func interrupted(milliseconds: Int) async throws {
      try await withFolderOfItsOwn { parent in
        let directory = "\(parent)/lab"
        var options = LabOptions(topology: LabTopology.standard(nodes: 6), program: BuiltProgram.zdulab)
        options.directory = directory
        let task = Task { [options] in try await Lab.up(options) }
        try await Task.sleep(for: .milliseconds(milliseconds))
        task.cancel()
        let result = await task.result
        if case .success(let lab) = result { await lab.down() }
        #expect(LabProcesses(directory: directory).running.isEmpty)
        #expect(!TextFile.exists(directory))
      }
    }

    @Test("a folder that holds something is refused and left as it is, and so is a fault that makes no sense")
    func refusals() async throws {
      try await withFolderOfItsOwn { folder in
        try TextFile.write("mine", to: "\(folder)/file")
        var occupied = LabOptions(program: BuiltProgram.zdulab)
        occupied.directory = folder
        let first = occupied
        let failure = await #expect(throws: Failure.self) { try await Lab.up(first) }
        #expect(failure?.message == "\(folder) is not empty")
        #expect(TextFile.read("\(folder)/file") == "mine")
        for name in ["a\nb", "*", "[a]", "\\"] {
          #expect(throws: Failure.self) { try LabFolder.make("\(folder)/\(name)") }
          #expect(!TextFile.exists("\(folder)/\(name)"))
        }
        var faulty = LabOptions(program: BuiltProgram.zdulab)
        faulty.directory = "\(folder)/lab"
        faulty.faults = ["Node-X:apply"]
        let second = faulty
        await #expect(throws: Failure.self) { try await Lab.up(second) }
        #expect(!TextFile.exists("\(folder)/lab"))
        await #expect(throws: Failure.self) { try await Lab.down(in: folder) }
        #expect(TextFile.read("\(folder)/file") == "mine")
      }
    }

    @Test(
      "the standard topologies have an Admin Node Manager first and API Manager last", arguments: [1, 2, 3, 4, 27, 50])
    func standardTopology(count: Int) {
      let nodes = LabTopology.standard(nodes: count).nodes
      #expect(nodes.count == count && Set(nodes.map(\.name)).count == count)
      #expect(nodes[0].nodeManager == .admin && nodes[0].groups == ["Gateway Group"])
      guard count > 1 else { return }
      #expect(nodes[count - 1].nodeManager == .admin && nodes[count - 1].groups == ["GatewayManager Group"])
      #expect(nodes[1..<(count - 1)].allSatisfy { $0.nodeManager == .node && $0.groups == ["Gateway Group"] })
    }

    @Test(
      "nodes are divided into equal groups, each with an Admin Node Manager first",
      arguments: [(12, 3), (7, 3), (4, 4)])
    func groupedTopology(count: Int, groups: Int) {
      let nodes = LabTopology.grouped(nodes: count, groups: groups).nodes
      #expect(nodes.count == count && Set(nodes.map(\.name)).count == count)
      let sizes = Dictionary(grouping: nodes) { $0.groups[0] }.values
      #expect(sizes.count == groups && sizes.allSatisfy { (count / groups...count / groups + 1).contains($0.count) })
      #expect(sizes.allSatisfy { $0.map(\.nodeManager) == [.admin] + Array(repeating: .node, count: $0.count - 1) })
      #expect(nodes[0].nodeManager == .admin)
    }

    @Test("any name becomes the name of one file, and no two become the same")
    func fileNames() {
      let names = ["a/b", "a%2Fb", "..", ".", "", "Node A", "ü", "a\nb", "a:b"]
      let files = names.map(LabLayout.fileName)
      #expect(Set(files).count == names.count)
      #expect(files.allSatisfy { !$0.contains("/") && $0 != "." && $0 != ".." })
      #expect(files[5] == "Node A")
    }
  }
}
