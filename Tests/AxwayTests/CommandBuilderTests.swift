import Testing
import Upgrade

@testable import Axway

@Suite("The exact command lines")
struct CommandBuilderTests {
  private static let node = Topology.reference.nodes[0]

  private static func builder(_ change: (inout UpgradeOptions) -> Void = { _ in }) throws -> CommandBuilder {
    var options = UpgradeOptions()
    options.oldInstallDir = "/opt/Axway-7.5.3"
    options.newInstallDir = "/opt/Axway-7.7"
    change(&options)
    return try CommandBuilder(node, options, anmHost: "anm.example")
  }

  private static let bin = "/opt/Axway-7.7/apigateway/upgrade/bin"

  @Test("export")
  func export() throws {
    #expect(
      try Self.builder().export.lines == [
        "cd \(Self.bin)",
        "\(Self.bin)/sysupgrade export --old_install_dir /opt/Axway-7.5.3/apigateway --anm_host anm.example "
          + "--username admin --password \"$zdu_password\"",
      ])
  }

  @Test("upgrade, as in the vendor's sample")
  func upgrade() throws {
    let sample = try Self.builder {
      $0.cassandra.host = "localhost"
      $0.cassandra.port = 9160
    }
    #expect(
      sample.upgrade.lines == [
        "cd \(Self.bin)", "\(Self.bin)/sysupgrade upgrade --cass_host localhost --cass_port 9160",
      ])
    let full = try Self.builder {
      $0.cassandra.host = "c.example"
      $0.cassandra.username = "cass"
      $0.cassandra.hasPassword = true
      $0.traceLevel = .debug
    }
    #expect(
      full.upgrade.lines[1]
        == "\(Self.bin)/sysupgrade upgrade --cass_host c.example --cass_username cass --cass_password "
        + "\"$zdu_cass_password\" --tracelevel DEBUG")
    #expect(try Self.builder { $0.cassandra.isAbsent = true }.upgrade.lines[1].hasSuffix("upgrade --no_cassandra"))
  }

  @Test("apply")
  func apply() throws {
    let full = try Self.builder {
      $0.signatureAlgorithm = .sha512
      $0.subjectAlternativeNames = ["dns:a", "ip:1.2.3.4"]
      $0.skipsDatabaseUpgrade = true
      $0.traceLevel = .verbose
    }
    #expect(
      full.apply.lines[1]
        == "\(Self.bin)/sysupgrade apply --anm_host anm.example --domain_passphrase \"$zdu_domain_passphrase\" "
        + "--username admin --password \"$zdu_password\" --sign_alg sha512 --subj_alt_name dns:a --subj_alt_name ip:1.2.3.4 "
        + "--skip_db_upgrade --tracelevel VERBOSE")
  }

  @Test("starting, stopping and asking after processes")
  func services() throws {
    let builder = try Self.builder()
    let instance = Topology.Instance(name: "Gateway-1", group: "Gateway Group")
    #expect(
      builder.instance(instance, .old, .stop).line
        == "/opt/Axway-7.5.3/apigateway/posix/bin/startinstance -n Gateway-1 -g 'Gateway Group' -k")
    #expect(builder.nodeManager(.new, .start).line == "/opt/Axway-7.7/apigateway/posix/bin/nodemanager -d")
    #expect(builder.nodeManager(.old, .status).line == "/opt/Axway-7.5.3/apigateway/posix/bin/nodemanager -s")
  }

  @Test("hostile values stay data: quoted, and attached to their option where they begin with a dash")
  func hostile() throws {
    let builder = try Self.builder {
      $0.newInstallDir = "/opt/$(touch x)"
      $0.username = "--force"
      $0.subjectAlternativeNames = ["a'b\n; rm -rf /"]
    }
    #expect(builder.export.lines[0] == "cd '/opt/$(touch x)/apigateway/upgrade/bin'")
    #expect(builder.export.lines[1].contains("--username=--force"))
    #expect(builder.apply.lines[1].contains(#"--subj_alt_name 'a'\''b"# + "\n; rm -rf /'"))
    let instance = Topology.Instance(name: "-k", group: "`id`")
    #expect(builder.instance(instance, .old, .status).line.hasSuffix("startinstance -n-k -g '`id`' -s"))
  }

  @Test(
    "the installation's apigateway folder is accepted for it",
    arguments: ["/opt/A", "/opt/A/", "/opt/A/apigateway", "//opt//A/apigateway//"])
  func installDir(path: String) {
    #expect(InstallDir.normalize(path) == "/opt/A")
  }

  @Test("no absolute path, no installation", arguments: ["", "/", "opt/A", "~/A", "/opt/../A", "-x", "/a\0b"])
  func noInstallDir(path: String) {
    #expect(InstallDir.normalize(path) == nil)
  }

  @Test("a node without an installation is an error that says what to give")
  func missing() {
    #expect(throws: Failure.self) { try CommandBuilder(Self.node, UpgradeOptions(), anmHost: "a") }
    #expect(throws: Failure.self) {
      var options = UpgradeOptions()
      options.oldInstallDir = "/opt/A"
      options.newInstallDir = "/opt/A"
      return try CommandBuilder(Self.node, options, anmHost: "a")
    }
  }
}
