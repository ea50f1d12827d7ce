import Foundation
import Testing

@Suite("zdupgrade plan, as a process")
struct PlanCommandTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  @Test("an offline plan of hostile folders is made of lines that a shell takes as they are, and runs nothing else")
  func pasteable() async throws {
    try await withTemporaryFolder { folder in
      let old = "\(folder)/My Axway's $(touch hacked)"
      let new = "\(folder)/new `touch hacked`\n; touch hacked"
      let script =
        "#!/bin/sh\npwd >>\"\(folder)/ran\"\nprintf '%s\\037' \"${0##*/}\" \"$@\" >>\"\(folder)/ran\"\necho >>\"\(folder)/ran\"\n"
      for (installation, program) in [
        (old, "posix/bin/nodemanager"), (old, "posix/bin/startinstance"),
        (new, "posix/bin/nodemanager"), (new, "posix/bin/startinstance"), (new, "upgrade/bin/sysupgrade"),
      ] {
        let path = "\(installation)/apigateway/\(program)"
        try FileManager.default.createDirectory(
          atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try script.replacingOccurrences(of: folder, with: "$ZDU_TEST").write(
          toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
      }
      let plan = try await Program.zdupgrade([
        "plan", "--config", "\(Self.root)/config/topology.json", "--offline", "--old_install_dir", old,
        "--new_install_dir", new, "--subj_alt_name", "dns:$(touch hacked)", "--username=-$x",
      ])
      #expect(plan.code == 0)
      let shell = try await Program.run(
        "/bin/sh", ["-c", plan.output],
        environment: ["ZDU_TEST": folder, "zdu_password": "p w", "zdu_domain_passphrase": ""],
        directory: folder)
      #expect(shell.code == 0 && shell.errors.isEmpty)
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/hacked"))
      let ran = try String(contentsOfFile: "\(folder)/ran", encoding: .utf8)
      let unit = "\u{1F}"
      #expect(
        ran.contains(
          [
            "sysupgrade", "export", "--old_install_dir", "\(old)/apigateway", "--anm_host", "node-a.example.com",
            "--username=-$x", "--password", "p w",
          ].joined(separator: unit) + unit))
      #expect(
        ran.contains(
          ["--domain_passphrase", "", "--username=-$x", "--password", "p w", "--subj_alt_name", "dns:$(touch hacked)"]
            .joined(separator: unit) + unit))
      #expect(ran.contains("\(new)/apigateway/upgrade/bin\nsysupgrade\(unit)"))
      #expect(ran.contains(["startinstance", "-n", "Gateway-1", "-g", "Gateway Group", "-k"].joined(separator: unit)))
    }
  }

  @Test("the issue's own example prints a plan of every step, with nothing but comments and commands")
  func example() async throws {
    let plan = try await Program.zdupgrade([
      "plan", "--config", "\(Self.root)/config/topology.json", "--offline", "--old_install_dir", "/opt/My Axway",
      "--new_install_dir", "/opt/$(touch x)",
    ])
    #expect(plan.code == 0)
    #expect(
      plan.commands.contains(
        "cd '/opt/$(touch x)/apigateway/upgrade/bin' && '/opt/$(touch x)/apigateway/upgrade/bin/sysupgrade' export "
          + "--old_install_dir '/opt/My Axway/apigateway' --anm_host node-a.example.com --username admin --password \"$zdu_password\""
      ))
    for phase in ["EXPORT", "UPGRADE", "PRE-APPLY", "APPLY", "POST-APPLY", "ROLLBACK"] {
      for node in ["Node-A", "Node-B", "Node-C"] { #expect(plan.output.contains("# \(node): \(phase): ")) }
    }
    #expect(plan.errors.contains("localhost"), "what run would refuse is said")
  }

  @Test("options may be spelled with hyphens, and behind an equals sign")
  func hyphens() async throws {
    let plan = try await Program.zdupgrade([
      "plan", "--offline", "--old-install-dir=/opt/a-b_c", "--new-install-dir", "/opt/n", "--no-cassandra",
    ])
    #expect(plan.code == 0)
    #expect(plan.output.contains("/opt/a-b_c/apigateway/posix/bin/nodemanager -k"))
  }

  @Test(
    "what is wrong on the command line is said in one line, exits 80 and touches nothing",
    arguments: [
      (
        ["--old_install_dir", "relative", "--new_install_dir", "/n"],
        "--old_install_dir: 'relative' must be the absolute path"
      ),
      (["--old_install_dir", "/n", "--new_install_dir", "/n/apigateway"], "the same folder"),
      (["--old_install_dir", "/o"], "no new installation; give --new_install_dir"),
      (["--old_instal_dir", "/o"], "old_install_dir"),
      (["--startup_time", "soon"], "startup_time"),
      (["--startup_time", "0"], "--startup_time: is 0, must be 1 to 86400"),
      (["--cass_port", "99999"], "--cass_port: is 99999, must be 1 to 65535"),
      (
        ["--anm_host", "Node-X", "--old_install_dir", "/o", "--new_install_dir", "/n"],
        "--anm_host: 'Node-X' is no host"
      ),
      (["--config", "/no/such.json"], "/no/such.json: cannot be read: no such file"),
      (["--sign_alg", "md5"], "sign_alg"),
      (["--password", "hunter2"], "password"),
    ])
  func wrongOptions(arguments: [String], message: String) async throws {
    try await withTemporaryFolder { folder in
      let result = try await Program.zdupgrade(arguments, directory: folder)
      #expect(result.code == 80)
      #expect(result.errors.contains(message), "\(result.errors)")
      #expect(result.errors.hasPrefix("zdupgrade: ") && !result.errors.contains("hunter2"))
      #expect(result.output.isEmpty)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test("a wrong load balancer or time is said before a secret is asked for or a log is made")
  func wrongBalancer() async throws {
    try await withTemporaryFolder { folder in
      let node = #"{"name":"N","host":"n","nodeManager":"admin"}"#
      let file = #"{"nodes":[\#(node)],"loadBalancer":{"driver":"ngnix"}}"#
      try file.write(toFile: "\(folder)/t.json", atomically: true, encoding: .utf8)
      let rest = ["--old_install_dir", "/o", "--new_install_dir", "/n", "--no_cassandra"]
      let balancer = try await Program.zdupgrade(["--config", "t.json"] + rest, directory: folder)
      #expect(balancer.code == 80)
      #expect(
        balancer.errors.contains(
          "t.json: loadBalancer.driver: 'ngnix' is none of none, nginx, haproxy, nginx-plus, healthchecklb, command; did you mean 'nginx'?"))
      let time = try await Program.zdupgrade(
        ["--connect_time", "0", "--accept_downtime", "GatewayManager Group"] + rest,
        environment: ["ZDU_PASSWORD": "x", "ZDU_DOMAIN_PASSPHRASE": ""],
        directory: folder)
      #expect(time.code == 80 && time.errors.contains("--connect_time: is 0, must be 1 to 3600"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["t.json"])
    }
  }

  @Test("without a terminal everything that would be asked for is named at once")
  func missingSecrets() async throws {
    try await withTemporaryFolder { folder in
      let result = try await Program.zdupgrade(
        [
          "--old_install_dir", "/o", "--new_install_dir", "/n", "--no_cassandra", "--accept_downtime",
          "GatewayManager Group",
        ], directory: folder)
      #expect(result.code == 80)
      for option in ["--password_file", "ZDU_PASSWORD", "--domain_passphrase_file", "ZDU_DOMAIN_PASSPHRASE"] {
        #expect(result.errors.contains(option))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test("secrets are asked for on the terminal, what is typed is not shown, and the terminal echoes again behind it")
  func prompt() async throws {
    try await withTemporaryFolder { folder in
      let node = #"{"name":"N","host":"n","nodeManager":"admin","ssh":{"address":"127.0.0.1","port":1}}"#
      try #"{"nodes":[\#(node)]}"#.write(toFile: "\(folder)/t.json", atomically: true, encoding: .utf8)
      let zdupgrade =
        "'\(Program.folder)/zdupgrade' --config t.json --old_install_dir /o --new_install_dir /n --no_cassandra"
      // The answers come when the question is there: a prompt throws away what was typed before it.
      let answers = "while ! grep -q \"$0\" shown 2>/dev/null; do sleep 0.05; done; echo \"$1\""
      let terminal = """
        { sh -c '\(answers)' 'password of the' hunter2; sh -c '\(answers)' 'passphrase of the' 'täst $x'; sh -c '\(answers)' speed; } |
          script -qefc "\(zdupgrade); stty -a" shown
        """
      let result = try await Program.run("/bin/sh", ["-c", terminal], directory: folder)
      #expect(result.output.contains("password of the administrator: "), "\(result.output)")
      #expect(result.output.contains("passphrase of the domain's key"))
      #expect(!result.output.contains("hunter2") && !result.output.contains("täst"))
      #expect(result.output.contains("N: connect to"), "it went on to connect: \(result.output)")
      #expect(result.output.contains(" echo "))
    }
  }

  @Test("help and version are no errors", arguments: [["--help"], ["help", "run"], ["--version"]])
  func help(arguments: [String]) async throws {
    let result = try await Program.zdupgrade(arguments)
    #expect(result.code == 0 && !result.output.isEmpty)
  }
}
