import Foundation
import Testing

/// What `zdupgrade gateway` refuses before it asks anything of a gateway.
@Suite("The options of zdupgrade gateway")
struct GatewayArgumentsTests {
  private static let config: String = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    return "\(root)/config/bluegreen.json"
  }()

  @Test(
    "what is wrong is said in one line and exits with 80",
    arguments: [
      (["health"], "no gateway; give --config and --node, or --url and --user"),
      (["health", "--config", "C"], "--node: is missing; which one of C?"),
      (
        ["health", "--config", "C", "--node", "Old-3"],
        "--node: 'Old-3' is none of Old-1, Old-2, New-1, New-2; did you mean 'Old-1'?"
      ),
      (["health", "--config", "C", "--url", "http://x"], "--url: has no meaning with --config; give one of the two"),
      (
        ["health", "--config", "C", "--node", "Old-1", "--insecure"],
        "--insecure: has no meaning with --config, which says that itself"
      ),
      (["health", "--config", "/no/such.json", "--node", "a"], "/no/such.json: cannot be read: no such file"),
      (["health", "--url", "gw"], "--url: 'gw' is no URL; give it like https://gw-1.example.com:5543"),
      (
        ["health", "--url", "http://u:hunter2@gw"],
        "--url: holds a user or password; give it like https://gw-1.example.com:5543"
      ),
      (
        ["health", "--url", "http://gw"],
        "there is no terminal to ask on; give the password of Administrator (--password_file FILE, or the variable ZDU_PASSWORD)"
      ),
      (
        ["health", "--url", "http://gw", "--ca_file", "x", "--insecure"],
        "--ca_file: has no meaning with --insecure; give one of the two"
      ),
      (["health", "--url", "http://gw", "--user", "a:b"], "--user: is empty, or holds a colon"),
      (["health", "--url", "http://gw", "--answer_time", "0"], "--answer_time: is 0, must be 1 to 3600"),
      (["health", "--url", "http://gw", "--quiesce_port", "0"], "--quiesce_port: is 0, must be 1 to 65535"),
      (
        ["health", "--config", "C", "--node", "Old-1"],
        "ZDU_OLD_PASSWORD: the environment has no such variable, which is to hold the password of Administrator on Old-1"
      ),
      (
        ["quiesce", "enable", "--config", "C", "--node", "New-1"],
        "--node: 'New-1' is a new one; only the old side is quiesced"
      ),
      (
        ["quiesce", "enable", "--url", "http://g", "--flush", "license_metrics"],
        "--flush: has no meaning without --block all"
      ),
      (["quiesce", "enable", "--url", "http://g", "--wait", "0"], "--wait: is 0, must be 1 to 604800"),
      (
        ["migrate", "clean", "--yes", "--config", "C", "--node", "Old-1"],
        "--node: 'Old-1' is no new one; what it has is what users are served from"
      ),
      (
        ["migrate", "reindex", "--data", "core", "--url", "http://g"],
        "--property: apigateway.migration.srcTenantName is missing: the old side's tenant, which is never guessed; add --property apigateway.migration.srcTenantName=NAME"
      ),
      (
        ["migrate", "reindex", "--data", "core", "--url", "http://g", "--property", "x"],
        "--property: 'x' is not like NAME=VALUE"
      ),
      (
        [
          "migrate", "reindex", "--data", "core", "--config", "C", "--node", "New-1", "--source_url",
          "http://es-new.example.com:9240",
        ], "--source_url: is the datastore of the new side itself"
      ),
      (
        ["migrate", "reindex", "--data", "core", "--config", "C", "--node", "New-1", "--new_version", "11.1"],
        "--new_version: version 11.1 is upgraded to in another way: from 11.1 on by a backup of the repository; follow the vendor's procedure for it; versions up to 11.0 can be upgraded to here"
      ),
      (
        ["port", "create-quiesce", "--url", "http://g"],
        "--port: is missing: the number of a TCP port that is free on the gateway"
      ),
      (["webhook", "create", "--url", "http://g", "--event", "e"], "--call: is missing: what is the gateway to call?"),
      (
        ["webhook", "create", "--url", "http://g", "--call", "c", "--event", "e"],
        "--call: 'c' is no URL like http://10.0.0.9:8099/events"
      ),
      (
        ["webhook", "create", "--url", "http://g", "--call", "http://c", "--event", "e", "--active", "--inactive"],
        "--inactive: contradicts --active; give one of the two"
      ),
      (
        ["shutdown", "--url", "http://g", "--force", "--drain_minutes", "1"],
        "--drain_minutes: has no meaning with --force"
      ),
    ])
  func wrong(arguments: [String], message: String) async throws {
    let arguments = arguments.map { $0 == "C" ? Self.config : $0 }
    let result = try await Program.zdupgrade(["gateway"] + arguments)
    #expect(result.code == 80 && result.output.isEmpty)
    #expect(result.errors == "zdupgrade: \(message.replacing("one of C?", with: "one of \(Self.config)?"))\n")
    #expect(!result.errors.contains("hunter2"))
  }

  @Test("on a terminal anything but yes changes nothing", arguments: ["yes", "no", ""])
  func confirmation(answer: String) async throws {
    try await withTemporaryFolder { folder in
      try "x\n".write(toFile: "\(folder)/p", atomically: true, encoding: .utf8)
      let zdupgrade = "'\(Program.folder)/zdupgrade' gateway migrate clean --url http://127.0.0.1:1 --password_file p"
      let terminal = """
        { for i in $(seq 400); do grep -q 'Go on' shown 2>/dev/null && break; sleep 0.05; done; echo "$1"; } |
          script -qefc "\(zdupgrade); echo code \\$?" shown
        """
      let result = try await Program.run("/bin/sh", ["-c", terminal, "sh", answer], directory: folder)
      #expect(result.output.contains("This will empty the datastore of 127.0.0.1:1. Go on? [yes/no]"))
      #expect(
        result.output.contains("cannot connect: it may have had its effect") == (answer == "yes"), "\(result.output)")
      #expect(result.output.contains("code 80"))
    }
  }
}
