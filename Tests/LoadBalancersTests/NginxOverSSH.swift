import CommandHandlers
import FoundationEssentials
import Lab
import LoadBalancers
import SSH
import Upgrade

extension NginxBench {
  /// Runs `body` with a way to make drivers that reach this bench's balancer through a real sshd and nothing else.
  func withSSH(_ body: (_ make: @escaping () throws -> any LoadBalancer) async throws -> Void) async throws {
    let key = try await SSHKey.generate(.ed25519, at: directory + "/user key")
    let server = try await SSHServer.start(.init(folder: directory + "/sshd", authorizedKeys: [key.publicKey]))
    let knownHosts = directory + "/known_hosts"
    let handler = SSHCommandHandler(targets: [
      "balancer": SSHTarget(
        host: server.address, port: server.port, user: server.user, identityFile: key.path,
        knownHostsFiles: [knownHosts])
    ])
    let setting = Setting.object([
      "driver": .string("nginx"), "include": .string(include), "pidFile": .string(balancer.pidFile),
      "command": .array(balancer.commandLine.map(Setting.string)),
      "ssh": .object(["address": .string(server.address), "port": .number(Double(server.port))]),
    ])
    let surroundings = Surroundings(
      local: LoudCommandHandler(),
      remote: { ssh throws(Failure) in
        guard try ssh.requiredString("address") == server.address,
          try ssh.integer("port", in: 1...65_535) == server.port
        else { throw ssh.complaint("address", "is not what the topology says") }
        return BalancerShell(handler: handler, node: "balancer")
      })
    do {
      try Data((server.knownHostsLines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: knownHosts))
      try await body { try LoadBalancerRegistry.standard.make(from: setting, file: "t.json", in: surroundings) }
    } catch {
      await handler.disconnect()
      await server.stop()
      throw error
    }
    await handler.disconnect()
    await server.stop()
  }
}
