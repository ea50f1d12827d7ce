import CommandHandlers
import FoundationEssentials
import Lab
import LoadBalancers
import SSH
import Upgrade

/// A real sshd on this machine, to reach a balancer through it and by no other way.
struct OverSSH: Sendable {
  let server: SSHServer
  let handler: SSHCommandHandler

  /// The object `ssh` in a driver's settings.
  var setting: Setting {
    .object(["address": .string(server.address), "port": .number(Double(server.port))])
  }

  /// Surroundings in which nothing can be done on the control node.
  var surroundings: Surroundings {
    Surroundings(
      local: LoudCommandHandler(),
      remote: { [server, handler] ssh throws(Failure) in
        guard try ssh.requiredString("address") == server.address,
          try ssh.integer("port", in: 1...65_535) == server.port
        else { throw ssh.complaint("address", "is not what the topology says") }
        return BalancerShell(handler: handler, node: "balancer")
      })
  }

  /// Runs `body` with an sshd in `directory`, and takes it down whatever happens.
  static func with(_ directory: String, _ body: (OverSSH) async throws -> Void) async throws {
    let key = try await SSHKey.generate(.ed25519, at: directory + "/user key")
    let server = try await SSHServer.start(.init(folder: directory + "/sshd", authorizedKeys: [key.publicKey]))
    let knownHosts = directory + "/known_hosts"
    let handler = SSHCommandHandler(targets: [
      "balancer": SSHTarget(
        host: server.address, port: server.port, user: server.user, identityFile: key.path,
        knownHostsFiles: [knownHosts])
    ])
    do {
      try Data((server.knownHostsLines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: knownHosts))
      try await body(OverSSH(server: server, handler: handler))
    } catch {
      await handler.disconnect()
      await server.stop()
      throw error
    }
    await handler.disconnect()
    await server.stop()
  }
}
