import Foundation
import Testing
import TestDoubles
import Upgrade
import WebMethods

@Suite("The blue-green file")
struct SettingsTests {
  private static func settings(_ value: Setting) throws -> BlueGreenSettings {
    try BlueGreenBuilder.settings(json: SettingsSample.bytes(value), file: "b.json", folder: "/etc/zdu")
  }

  private static func message(_ value: Setting) throws -> String? {
    do {
      _ = try settings(value)
      return nil
    } catch let failure as Failure {
      #expect(failure.kind == .refused)
      return failure.message
    }
  }

  private static func schema() throws -> SchemaCheck {
    SchemaCheck(root: try SettingsSample.value("bluegreen.schema.json"))
  }

  @Test("the sample is read whole, with the side's settings under each node's own, and fits its schema")
  func sample() throws {
    let value = try SettingsSample.changed(
      "old/nodes/1/password", #"{"prompt":true}"#,
      in: SettingsSample.changed(
        "old/nodes/1/username", #""me""#,
        in: SettingsSample.changed("old/nodes/1/ssh", #"{"address":"10.0.0.2","port":2222}"#)))
    #expect(try Self.schema().problems(value) == [])
    let settings = try Self.settings(value)
    let old = settings.old.nodes
    #expect(settings.profile == .major && settings.old.version == .v10_15)
    #expect(old[0].login == LoginSetting(username: "Administrator", password: .environment("ZDU_OLD_PASSWORD")))
    #expect(old[1].login == LoginSetting(username: "me", password: .prompt))
    #expect(old[0].trust == TLSTrust(caFile: "/etc/zdu/gateways-ca.pem"))
    #expect(
      old[0].quiescePort == QuiescePort(number: 4444, alias: "QuiescePort") && old[0].host == "gw-old-1.example.com")
    #expect(old[1].ssh.port == 2222 && old[1].ssh.user == "wmadmin" && old[1].ssh.address == "10.0.0.2")
    #expect(settings.new?.nodes[0].login.password == .file(NSHomeDirectory() + "/.zdupgrade/new-password"))
    let node = old[0].node(in: "old")
    #expect(node.healthURLs == ["https://gw-old-1.example.com:5543/rest/apigateway/health"] && node.groups == ["old"])
    #expect(settings.secretVariables == ["ZDU_OLD_PASSWORD", "ZDU_SOURCE_PASSWORD", "ZDU_WEBHOOK_PASSWORD"])
    #expect(settings.nodes.map(\.name) == ["Old-1", "Old-2", "New-1", "New-2"])
    #expect(
      settings.migration?.properties
        == ["apigateway.migration.srcTenantName": "default", "apigateway.migration.batchSize": "100"])
    #expect(settings.times[.answer] == .seconds(30) && settings.times[.clean] == .seconds(3600))
    #expect(settings.times.shutdownDrainMinutes == 10)
    #expect(settings.webhooks?.url == "http://control.example.com:8099" && settings.webhooks?.port == 8099)
    #expect(settings.restart?.place == .node && settings.probes.count == 1)
    #expect(settings.source?.source(password: Secret("x")).login?.user == "elastic")
    #expect(try settings.node(named: "New-2").url.description == "https://gw-new-2.example.com:5543")
    #expect(throws: Failure(.refused, "'Old-3' is none of Old-1, Old-2, New-1, New-2; did you mean 'Old-1'?")) {
      try settings.node(named: "Old-3")
    }
  }

  @Test("the other profiles are read and fit the schema", arguments: ["minor-cluster", "minor-standalone"])
  func profiles(profile: String) throws {
    var value = try SettingsSample.changed("profile", #""\#(profile)""#)
    let needless = profile == "minor-cluster" ? ["new"] : []
    for key in needless + ["source", "target", "migration"] { value = try SettingsSample.changed(key, nil, in: value) }
    let command = #"{"command":["apply-fix","-v"],"on":"control"}"#
    value = try SettingsSample.changed(profile == "minor-cluster" ? "fix" : "start", command, in: value)
    if profile == "minor-standalone" { value = try SettingsSample.changed("new/version", #""10.15.0.3""#, in: value) }
    #expect(try Self.schema().problems(value) == [])
    let settings = try Self.settings(value)
    #expect(settings.profile.rawValue == profile && (settings.new == nil) == (profile == "minor-cluster"))
    #expect((settings.fix ?? settings.start) == OperatorCommand(["apply-fix", "-v"], on: .control))
  }

  /// What is changed at which path, what the reader says, and whether the schema sees it too.
  struct Wrong: Sendable, CustomTestStringConvertible {
    let path: String
    let json: String?
    let message: String
    var isSeenBySchema = true
    var testDescription: String { "\(path) = \(json ?? "nothing")" }

    init(_ path: String, _ json: String?, _ message: String, schema: Bool = true) {
      self.path = path
      self.json = json
      self.message = message
      isSeenBySchema = schema
    }
  }

  static let wrong: [Wrong] = [
    Wrong("profile", nil, "profile: is missing; give major, minor-cluster or minor-standalone"),
    Wrong(
      "profile", #""minor""#,
      "profile: 'minor' is none of major, minor-cluster, minor-standalone; did you mean 'major'?"),
    Wrong("profil", "1", "profil: unknown key; did you mean 'profile'?"),
    Wrong("old", nil, "old: is missing"),
    Wrong("old/nodes", "[]", "old.nodes: is an empty list"),
    Wrong("old/nodes/0/adminUrl", #""x""#, "old.nodes[0].adminUrl: unknown key; did you mean 'adminURL'?"),
    Wrong(
      "old/nodes/0/adminURL", #""gw:1""#, "old.nodes[0].adminURL: 'gw:1' is no URL like https://gw-1.example.com:5543"),
    Wrong(
      "old/nodes/0/adminURL", #""http://me:hunter2@gw""#,
      "old.nodes[0].adminURL: holds a user or password; give username and password apart from it"),
    Wrong(
      "old/nodes/0/name", #""a/b""#,
      "old.nodes[0].name: cannot be the name of a log folder; use letters, digits, '-', '_' and '.'"),
    Wrong("old/nodes/1/name", #""Old-1""#, "old.nodes[1].name: 'Old-1' is at old.nodes[0].name already", schema: false),
    Wrong("new/nodes/0/name", #""Old-2""#, "new.nodes[0].name: 'Old-2' is at old.nodes[1].name already", schema: false),
    Wrong(
      "new/nodes/1/adminURL", #""http://GW-old-1.example.com:5543/""#,
      "new.nodes[1].adminURL: 'gw-old-1.example.com:5543' is at old.nodes[0].adminURL already", schema: false),
    Wrong(
      "new/nodes/1/loadBalancerServer", #""gw-old-1.example.com:5555""#,
      "new.nodes[1].loadBalancerServer: 'gw-old-1.example.com:5555' is at old.nodes[0].loadBalancerServer already",
      schema: false),
    Wrong(
      "old/nodes/0/quiescePort", nil,
      "old.nodes[0].quiescePort: is missing: through which port it is asked once it is quiesced"),
    Wrong("old/nodes/0/quiescePort", "4444", "old.nodes[0].quiescePort: must be an object, is a number"),
    Wrong("old/nodes/0/quiescePort/number", nil, "old.nodes[0].quiescePort.number: is missing"),
    Wrong("old/nodes/0/quiescePort/number", "0", "old.nodes[0].quiescePort.number: is 0, must be 1 to 65535"),
    Wrong(
      "old/nodes/0/quiescePort/number", "5543",
      "old.nodes[0].quiescePort.number: is the port of adminURL, which does not answer while everything is quiesced",
      schema: false),
    Wrong(
      "old/password", #""hunter2""#,
      #"old.password: a secret does not belong into this file; give {"environment": NAME}, {"file": PATH} or {"prompt": true}"#
    ),
    Wrong(
      "source/password", #"{"value":"hunter2"}"#,
      "source.password.value: unknown key (known here: environment, file, prompt)"),
    Wrong(
      "old/password", #"{"environment":"A","file":"b"}"#,
      #"old.password: give {"environment": NAME}, {"file": PATH} or {"prompt": true}, and only one of them"#),
    Wrong(
      "old/password", #"{"prompt":false}"#,
      #"old.password: give {"environment": NAME}, {"file": PATH} or {"prompt": true}, and only one of them"#),
    Wrong(
      "old/password/environment", #""MY-PASS""#,
      "old.password.environment: is no name of an environment variable, like ZDU_OLD_PASSWORD"),
    Wrong("old/password", nil, "old.password: is missing; there is a username"),
    Wrong("old/username", nil, "old.username: is missing; there is a password"),
    Wrong("old/username", #""a:b""#, "old.username: holds a colon"),
    Wrong("old/version", "10.15", "old.version: must be a text, is a number"),
    Wrong("old/version", #""ten""#, "old.version: 'ten' is no version like 10.15 or 10.15.0.3, nor auto"),
    Wrong(
      "new/version", #""11.1""#,
      "version: version 11.1 is upgraded to in another way: from 11.1 on by a backup of the repository", schema: false),
    Wrong(
      "old/tls", #"{"caFile":"x","insecure":true}"#,
      #"old.tls.caFile: has no meaning with "insecure": true; leave one of them out"#),
    Wrong("new", nil, "new: is missing, which profile major needs: the side that takes over"),
    Wrong("source", nil, "source: is missing, which profile major needs: the old side's datastore"),
    Wrong(
      "restart", nil,
      "restart: is missing, which profile major needs: the command that starts an old gateway again; once it is quiesced for all no API can"
    ),
    Wrong("fix", #"{"command":["x"]}"#, "fix: has no meaning with profile major; leave it out"),
    Wrong("profile", #""minor-cluster""#, "new: has no meaning with profile minor-cluster; leave it out"),
    Wrong("source/url", #""http://es""#, "source.url: 'http://es' is no URL with a port like http://10.0.0.20:9240"),
    Wrong(
      "source/url", #""http://u:hunter2@es:9240""#,
      "source.url: holds a user or password; give username and password apart from it"),
    Wrong(
      "target/url", #""https://ES-old.example.com:9240/""#,
      "target.url: is the source's datastore; what is to be copied would be emptied first", schema: false),
    Wrong(
      "migration/properties", "{}",
      "migration.properties.apigateway.migration.srcTenantName: is missing: the old side's tenant, in many installations default or apigateway; it is never guessed"
    ),
    Wrong(
      "migration/properties", #"{"apigateway.migration.srcTenantname":"x"}"#,
      "migration.properties.apigateway.migration.srcTenantName: is missing: the old side's tenant, in many installations default or apigateway; it is never guessed (is it misspelled?)"
    ),
    Wrong(
      "migration/properties/a", "[]", "migration.properties.a: must be a text, a number, or true or false, is a list"),
    Wrong("timeouts/clean", #""1h""#, "timeouts.clean: must be a whole number, is a text"),
    Wrong("timeouts/cleen", "1", "timeouts.cleen: unknown key; did you mean 'clean'?"),
    Wrong("timeouts/reindexCore", "0", "timeouts.reindexCore: is 0, must be 1 to 604800"),
    Wrong(
      "timeouts/shutdown", "600", "timeouts.shutdown: is 600, less than shutdownDrain, for which a gateway takes 660",
      schema: false),
    Wrong("restart/command", "[]", "restart.command: is an empty list"),
    Wrong(
      "restart/command", #"["./x"]"#,
      "restart.command[0]: './x' is neither an absolute path nor a name to be found in PATH", schema: false),
    Wrong("restart/on", #""nodes""#, "restart.on: 'nodes' is none of node, control; did you mean 'node'?"),
    Wrong("webhooks/listen", #""8099""#, "webhooks.listen: '8099' is no address and port like 10.0.0.9:8099"),
    Wrong(
      "webhooks/listen", #""h:0""#, "webhooks.listen: 'h:0' is no address and port like 10.0.0.9:8099", schema: false),
    Wrong(
      "webhooks/url", nil,
      "webhooks.url: is missing: gateways cannot call '0.0.0.0:8099'; give the URL that they reach", schema: false),
    Wrong("webhooks/url", #""http://u:hunter2@c""#, "webhooks.url: holds a user or password; give them in auth"),
    Wrong("webhooks/auth/password", nil, "webhooks.auth.password: is missing; there is a username"),
    Wrong("ssh/address", #""h""#, "ssh.address: 'h' would be the address of every node; give it in nodes[].ssh"),
    Wrong("loadBalancers", "[{}]", "loadBalancers: there is loadBalancer too; give one of the two"),
    Wrong("probes", "[]", "probes: is an empty list"),
    Wrong("hooks", #"{"atEnd":{"command":[]}}"#, "hooks.atEnd.command: is an empty list"),
  ]

  @Test(
    "everything wrong is one line that names the key, tells no secret, and is seen by the schema where it can be",
    arguments: wrong)
  func wrongFiles(_ wrong: Wrong) throws {
    var value = try SettingsSample.changed(wrong.path, wrong.json)
    if wrong.path == "timeouts/shutdown" {
      value = try SettingsSample.changed("timeouts/shutdownDrain", "601", in: value)
    }
    #expect(try Self.message(value) == "b.json: " + wrong.message)
    #expect(!wrong.message.contains("hunter2"))
    #expect(try Self.schema().problems(value).isEmpty == !wrong.isSeenBySchema)
  }

  @Test("a broken file is told with its line")
  func broken() throws {
    #expect(throws: Failure(.refused, "b.json:2: not valid JSON here")) {
      try BlueGreenBuilder.settings(json: Data("{\n  profile: 1}".utf8), file: "b.json", folder: "/")
    }
  }

  @Test("one host by its names for itself is one datastore, and any host is one by any scheme")
  func datastores() throws {
    let a = try #require(Datastore(url: "http://localhost:9240"))
    for same in ["https://127.0.0.1:9240", "http://LOCALHOST:9240/", "http://[::1]:9240"] {
      #expect(a.isSame(as: try #require(Datastore(url: same))))
    }
    #expect(!a.isSame(as: try #require(Datastore(url: "http://localhost:9241"))))
  }

  @Test("a listener's URL is made of its address where the file has none")
  func webhookURL() throws {
    let value = try SettingsSample.changed(
      "webhooks/url", nil, in: SettingsSample.changed("webhooks/listen", #""[fd00::1]:8099""#))
    let webhooks = try Self.settings(value).webhooks
    #expect(webhooks?.url == "http://[fd00::1]:8099" && webhooks?.host == "fd00::1")
  }
}
