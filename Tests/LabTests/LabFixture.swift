import FoundationEssentials
import Testing
import Upgrade

@testable import Lab

/// A lab for one test, taken down behind it whatever happens; nothing of it may be left then.
func withLab(
  nodes: Int = 3, balancer: LabBalancer = .nginx, directory: String? = nil, faults: [String] = [],
  shutdownDelay: Int = 0,
  _ body: (Lab) async throws -> Void
) async throws {
  var options = LabOptions(topology: LabTopology.standard(nodes: nodes), program: BuiltProgram.zdulab)
  options.directory = directory
  options.balancer = balancer
  options.faults = faults
  options.shutdownDelay = shutdownDelay
  let lab = try await Lab.up(options)
  do {
    try await body(lab)
  } catch {
    await lab.down()
    throw error
  }
  await lab.down()
  #expect(lab.processes.isEmpty)
  #expect(!FileManager.default.fileExists(atPath: lab.directory))
}

/// A new folder for one test, removed behind it.
func withFolderOfItsOwn(_ body: (String) async throws -> Void) async throws {
  let path = LabFolder.new("zdulab-test-")
  try TextFile.makeFolder(path)
  defer { try? FileManager.default.removeItem(atPath: path) }
  try await body(TextFile.resolve(path) ?? path)
}

/// Whether `condition` comes true within `limit`.
func eventually(within limit: Duration = .seconds(10), _ condition: () async throws -> Bool) async rethrows -> Bool {
  let deadline = ContinuousClock.now + limit
  while try await !condition() {
    if ContinuousClock.now > deadline { return false }
    try? await Task.sleep(for: .milliseconds(10))
  }
  return true
}

/// The simulated programs of one node, called as the upgrade calls them.
struct NodeTools {
  let lab: Lab
  let node: String

  private var instance: LabInstance? { lab.description.node(node)?.instances.first }

  func home(_ side: Side) -> String { "\(lab.description.layout.installation(side, of: node))/apigateway" }

  func sysupgrade(_ arguments: String...) async throws -> BuiltProgram.Result {
    try await BuiltProgram.run("\(home(.new))/upgrade/bin/sysupgrade", arguments)
  }

  func nodeManager(_ side: Side, _ action: String) async throws -> BuiltProgram.Result {
    try await BuiltProgram.run("\(home(side))/posix/bin/nodemanager", [action])
  }

  func instance(_ side: Side, _ action: String) async throws -> BuiltProgram.Result {
    try await BuiltProgram.run(
      "\(home(side))/posix/bin/startinstance", ["-n", instance?.name ?? "", "-g", instance?.group ?? "", action])
  }

  /// Stops the old installation.
  func stopOld() async throws {
    #expect(try await instance(.old, "-k").code == 0)
    #expect(try await nodeManager(.old, "-k").code == 0)
  }

  private var password: String { Credentials.secret(lab.passwordFile) ?? "" }
  private var passphrase: String { Credentials.secret(lab.domainPassphraseFile) ?? "" }

  func export(anmHost: String = "node-a.lab", _ more: String...) async throws -> BuiltProgram.Result {
    try await BuiltProgram.run(
      "\(home(.new))/upgrade/bin/sysupgrade",
      [
        "export", "--old_install_dir=\(home(.old))", "--anm_host", anmHost, "--username", "admin",
        "--password", password,
      ] + more)
  }

  func upgrade(_ more: String...) async throws -> BuiltProgram.Result {
    try await BuiltProgram.run(
      "\(home(.new))/upgrade/bin/sysupgrade", ["upgrade", "--cass_host", "cassandra.lab"] + more)
  }

  func apply(anmHost: String = "node-a.lab", _ more: String...) async throws -> BuiltProgram.Result {
    try await BuiltProgram.run(
      "\(home(.new))/upgrade/bin/sysupgrade",
      [
        "apply", "--anm_host", anmHost, "--username", "admin", "--password", password, "--domain_passphrase",
        passphrase,
      ] + more)
  }
}

extension Lab {
  func tools(_ node: String) -> NodeTools { NodeTools(lab: self, node: node) }

  /// Runs `command` on the node over SSH, with the lab's key and its known hosts and nothing else.
  func ssh(_ name: String, _ command: String) async throws -> BuiltProgram.Result {
    let node = try #require(description.node(name))
    func quoted(_ path: String) -> String {
      "\"\(path.replacing("%", with: "%%").replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }
    return try await BuiltProgram.run(
      "/usr/bin/ssh",
      [
        "-F", "none", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "IdentitiesOnly=yes",
        "-o", "GlobalKnownHostsFile=none",
        "-o", "UserKnownHostsFile=\(quoted(description.layout.knownHosts))",
        "-o", "IdentityFile=\(quoted(description.layout.userKey))", "-p", "\(node.sshPort)", node.address, command,
      ], variables: ["SSH_AUTH_SOCK": ""])
  }
}
