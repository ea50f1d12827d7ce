import FoundationEssentials
import Glibc
import LoadBalancers
import Synchronization
import Testing
import Upgrade

@Suite("NginxLoadBalancer and its files", .serialized)
struct NginxFileTests {
  @Test("in a file with odd formatting nothing but the down comes and goes")
  func oddFormatting() async throws {
    let odd: @Sendable ([String]) -> String = { servers in
      """
      \t# server \(servers[0]); ; größe\r
      least_conn;
        server   "\(servers[0])"
          weight=3 # more { than } others;
          max_fails=2 ; server\t\(servers[1])\tmax_fails=0;# end
      """
    }
    try await NginxBench.with(include: odd) { bench in
      let before = try bench.readInclude()
      let driver = try bench.driver()
      try await driver.disable(bench.nodes[0])
      #expect(try bench.readInclude() == before.replacing("max_fails=2 ;", with: "max_fails=2 down ;"))
      #expect(try await answering(bench.url) == ["B"])
      try await driver.enable(bench.nodes[0])
      #expect(try bench.readInclude() == before)
      #expect(try await answering(bench.url) == ["A", "B"])
    }
  }

  @Test("a symbolic link stays one; its target keeps owner and mode and gets the edit")
  func symbolicLink() async throws {
    try await NginxBench.with { bench in
      let target = bench.directory + "/files/real servers.conf"
      try FileManager.default.moveItem(atPath: bench.include, toPath: target)
      try FileManager.default.createSymbolicLink(atPath: bench.include, withDestinationPath: target)
      chmod(target, 0o640)
      if geteuid() == 0 { chown(target, 12_345, 23_456) }
      let before = try status(target)
      try await bench.driver().disable(bench.nodes[0])
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: bench.include) == target)
      let after = try status(target)
      #expect(after.st_mode == before.st_mode && after.st_uid == before.st_uid && after.st_gid == before.st_gid)
      #expect(after.st_ino != before.st_ino)
      #expect(try bench.readInclude().contains("\(bench.servers[0]) down;"))
      #expect(try await answering(bench.url) == ["B"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: bench.directory + "/files").count == 2)
    }
  }

  @Test("the same call again writes nothing and reloads nothing")
  func again() async throws {
    try await NginxBench.with { bench in
      let driver = try bench.driver()
      for change in [driver.disable, driver.enable] {
        try await change(bench.nodes[0])
        // Workers of an earlier reload may still be on their way out.
        #expect(await eventually { bench.balancer.processes.count == 3 })
        let (file, workers) = (try status(bench.include).st_ino, bench.balancer.processes.sorted())
        try await change(bench.nodes[0])
        #expect(try status(bench.include).st_ino == file)
        #expect(bench.balancer.processes.sorted() == workers)
      }
    }
  }

  @Test("what nginx -t prints is handed on for the node; the file's content is not")
  func output() async throws {
    try await NginxBench.with { bench in
      let printed = Mutex<[String: String]>([:])
      let driver = try bench.driver { node, piece in
        printed.withLock { $0[node.name, default: ""] += String(decoding: piece.bytes, as: UTF8.self) }
      }
      try await driver.disable(bench.nodes[0])
      let text = printed.withLock { $0 }
      #expect(text.keys.sorted() == ["Node-A"])
      #expect(text["Node-A"]?.contains("test is successful") == true)
      #expect(text["Node-A"]?.contains("server ") == false)
    }
  }

  @Test("a name without a port means the host's lines in every file; a file without any is left alone")
  func severalFiles() async throws {
    try await NginxBench.with { bench in
      let second = bench.balancer.directory + "/second.conf"
      let third = bench.balancer.directory + "/third.conf"
      try Data("server 10.1.1.1:1;\nserver 10.1.1.2:1;\n".utf8).write(to: URL(fileURLWithPath: second))
      try Data("server 10.1.1.2:2;\n".utf8).write(to: URL(fileURLWithPath: third))
      try bench.writeInclude(try bench.readInclude() + "server 10.1.1.1:3 down;\nserver 10.1.1.1:4 backup;\n")
      let untouched = try status(third).st_ino
      let setting = Setting.object([
        "include": .array([bench.include, second, third].map(Setting.string)),
        "pidFile": .string(bench.balancer.pidFile),
        "command": .array(bench.balancer.commandLine.map(Setting.string)),
      ])
      let driver = try bench.driver(setting)
      let node = Node(name: "N", host: "n", groups: [], loadBalancerServer: "10.1.1.1")
      #expect(try await driver.standing(of: node) == .enabled)
      try await driver.disable(node)
      #expect(try await driver.standing(of: node) == .disabled)
      #expect(try bench.readInclude().hasSuffix("server 10.1.1.1:3 down;\nserver 10.1.1.1:4 backup down;\n"))
      #expect(try String(contentsOfFile: second, encoding: .utf8) == "server 10.1.1.1:1 down;\nserver 10.1.1.2:1;\n")
      try await driver.enable(node)
      #expect(try bench.readInclude().hasSuffix("server 10.1.1.1:3;\nserver 10.1.1.1:4 backup;\n"))
      #expect(try status(third).st_ino == untouched)
    }
  }

  private func status(_ path: String) throws -> stat {
    var status = stat()
    try #require(stat(path, &status) == 0)
    return status
  }
}
