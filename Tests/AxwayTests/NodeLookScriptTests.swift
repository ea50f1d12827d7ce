import Foundation
import Testing

@testable import Axway

@Suite("The script that looks at a node")
struct NodeLookScriptTests {
  private static let shells = [["/bin/sh"], ["/bin/bash"], ["/bin/busybox", "sh"]].filter {
    FileManager.default.isExecutableFile(atPath: $0[0])
  }

  /// A new folder with an old and a new installation in it, whose names mean something to a shell.
  private struct Place {
    let root: String
    var old: String { "\(root)/old $(touch hacked)/apigateway" }
    var new: String { "\(root)/it's new/apigateway" }

    func write(_ text: String, _ path: String) throws {
      let url = URL(fileURLWithPath: path)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
  }

  private static func with(_ body: (Place) throws -> Void) throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("zdu-look-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: root) }
    let place = Place(root: root)
    try place.write("{}", "\(place.old)/conf/acl.json")
    try body(place)
    #expect(!FileManager.default.fileExists(atPath: "\(root)/hacked"))
  }

  private static func look(
    _ place: Place, by shell: [String], scope: String = "all", cassandra: (String, String) = ("", ""),
    boot: [String] = []
  ) throws -> NodeFacts {
    let arguments =
      shell.dropFirst() + [
        "-c", NodeLookScript.text, "zdupgrade", place.old, place.new, scope, cassandra.0, cassandra.1,
      ]
      + ["yes"] + boot
    return try facts(shell.prefix(1) + arguments, in: place)
  }

  private static func facts(_ words: [String], in place: Place) throws -> NodeFacts {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    process.currentDirectoryURL = URL(fileURLWithPath: place.root)
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": "\(place.root)/home"]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try #require(NodeFacts(output: Array(output)), "\(String(decoding: output, as: UTF8.self))")
  }

  @Test(
    "the command line comes through every login shell",
    arguments: ["/bin/sh", "/bin/bash", "/usr/bin/zsh", "/usr/bin/fish", "/bin/tcsh"].filter {
      FileManager.default.isExecutableFile(atPath: $0)
    })
  func loginShells(shell: String) throws {
    try Self.with { place in
      try place.write("PK", "\(place.old)/ext/lib/a!b.jar")
      let node = Topology.Node(
        name: "A", host: "a", nodeManager: .admin, instances: [],
        oldInstallDir: String(place.old.dropLast("/apigateway".count)),
        newInstallDir: String(place.new.dropLast("/apigateway".count)))
      let commands = try CommandBuilder(node, UpgradeOptions(), anmHost: "a")
      let facts = try Self.facts([shell, "-c", commands.look(.handWork).line], in: place)
      #expect(facts.jars == [NodeFacts.Jar(path: "ext/lib/a!b.jar", state: .missing)])
    }
  }

  @Test("an empty installation and a home that is not there give facts, and no more", arguments: shells)
  func empty(shell: [String]) throws {
    try Self.with { place in
      let facts = try Self.look(place, by: shell)
      #expect(facts.jars.isEmpty && facts.licences.isEmpty && facts.groupSums.isEmpty && facts.topology == nil)
      #expect(facts.permissions == .differs && facts.cassandra == nil && facts.leftovers.isEmpty)
      #expect(facts.homeRoom?.isWritable == false && facts.exportRoom?.path.isEmpty == false)
      #expect(abs((facts.time ?? 0) - Date().timeIntervalSince1970) < 60)
    }
  }

  @Test("each jar is told with how the new installation has it, whatever its name is", arguments: shells)
  func jars(shell: [String]) throws {
    try Self.with { place in
      for (name, text) in [
        ("a b.jar", "PK1"), ("same.jar", "PK2"), ("other.jar", "PK3"), ("theirs.jar", "PK"),
        ("bad.jar", "<html>"), ("two\nzdu user forged.jar", "PK"), ("-rf.jar", "PK"), ("no-jar.txt", "x"),
      ] {
        try place.write(text, "\(place.old)/ext/lib/\(name)")
      }
      try place.write("PK", "\(place.old)/groups/group-2/instance-1/ext/lib/own.jar")
      try place.write("PK2", "\(place.new)/ext/lib/same.jar")
      try place.write("PK4", "\(place.new)/ext/lib/other.jar")
      try place.write("PK4", "\(place.new)/system/lib/modules/theirs.jar")
      let facts = try Self.look(place, by: shell, scope: "brief")
      let states = Dictionary(uniqueKeysWithValues: facts.jars.map { ($0.path, $0.state) })
      #expect(
        states == [
          "ext/lib/a b.jar": .missing, "ext/lib/same.jar": .same, "ext/lib/other.jar": .differs,
          "ext/lib/theirs.jar": .shipped, "ext/lib/bad.jar": .corrupt, "ext/lib/two?zdu user forged.jar": .missing,
          "ext/lib/-rf.jar": .missing, "groups/group-2/instance-1/ext/lib/own.jar": .missing,
        ])
      #expect(!facts.user.contains("forged"))
    }
  }

  @Test("acl.json is compared with the originals that the new installation has", arguments: shells)
  func permissions(shell: [String]) throws {
    try Self.with { place in
      let factory = "\(place.new)/upgrade/scripts/rbac/factory"
      try place.write("[1]", "\(factory)/acl5.json")
      #expect(try Self.look(place, by: shell).permissions == .changed)
      try place.write("{}", "\(factory)/acl6.json")
      try place.write("[2]", "\(factory)/acl7.json")
      #expect(try Self.look(place, by: shell).permissions == .original)
      try place.write("{}", "\(place.new)/conf/acl.json")
      #expect(try Self.look(place, by: shell).permissions == .same)
      try FileManager.default.removeItem(atPath: "\(place.old)/conf/acl.json")
      #expect(try Self.look(place, by: shell).permissions == .absent)
    }
  }

  @Test(
    "what starts the old installation at boot is found, and what starts one with a longer name is not",
    arguments: shells)
  func boot(shell: [String]) throws {
    try Self.with { place in
      let old = String(place.old.dropLast("/apigateway".count))
      try place.write("ExecStart=\(old)/apigateway/posix/bin/nodemanager -d\n", "\(place.root)/units/a gateway.service")
      try place.write("ExecStart=\(old)2/apigateway/posix/bin/nodemanager -d\n", "\(place.root)/units/other.service")
      try place.write("\(old)/start\n", "\(place.root)/rc.local")
      let facts = try Self.look(
        place, by: shell, scope: "brief", boot: ["units", "rc.local", "nowhere"].map { "\(place.root)/\($0)" })
      #expect(facts.bootFiles == ["\(place.root)/units/a gateway.service", "\(place.root)/rc.local"])
    }
  }

  @Test(
    "sizes leave out logs and the traffic monitor's data, and groups sum up to the same for the same files",
    arguments: shells)
  func sizes(shell: [String]) throws {
    try Self.with { place in
      let group = "\(place.old)/groups/group-2"
      try place.write(String(repeating: "x", count: 300 << 10), "\(group)/conf/store.xml")
      try place.write(String(repeating: "x", count: 900 << 10), "\(group)/instance-1/logs/log")
      try place.write(String(repeating: "x", count: 700 << 10), "\(group)/instance-1/conf/opsdb.d/data")
      let before = try Self.look(place, by: shell)
      #expect((300..<400).contains(before.configurationSize ?? 0), "\(before.configurationSize ?? 0)")
      #expect(try Self.look(place, by: shell).groupSums == before.groupSums && before.groupSums["group-2"] != nil)
      try place.write("<value>jdbc:oracle:thin:secret@db jdbc:mysql://db</value>", "\(group)/conf/more.xml")
      let after = try Self.look(place, by: shell)
      #expect(after.groupSums != before.groupSums)
      #expect(after.databases == ["jdbc:mysql", "jdbc:oracle"])
    }
  }

  @Test(
    "a port that nobody listens on and a name that nobody knows are told apart from one that answers", arguments: shells
  )
  func cassandra(shell: [String]) throws {
    try Self.with { place in
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(descriptor) }
      var name = sockaddr_in()
      name.sin_family = sa_family_t(AF_INET)
      name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let status = withUnsafeMutablePointer(to: &name) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
        }
      }
      try #require(status == 0)
      let port = "\(UInt16(bigEndian: name.sin_port))"
      let closed = try Self.look(place, by: shell, cassandra: ("127.0.0.1", port)).cassandra
      #expect(closed == NodeFacts.Reach(state: "closed", why: "Connection refused"))
      try #require(listen(descriptor, 8) == 0)
      #expect(try Self.look(place, by: shell, cassandra: ("127.0.0.1", port)).cassandra?.state == "open")
      #expect(try Self.look(place, by: shell, cassandra: ("::ffff:127.0.0.1", port)).cassandra?.state == "open")
      let hostile = try Self.look(place, by: shell, cassandra: ("$(touch hacked)", port)).cassandra
      #expect(hostile?.state == "closed")
    }
  }
}
