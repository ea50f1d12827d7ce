import LoadBalancers
import Upgrade

extension NginxBench {
  /// Runs `body` with a way to make drivers that reach this bench's balancer through a real sshd and nothing else.
  func withSSH(_ body: (_ make: @escaping () throws -> any LoadBalancer) async throws -> Void) async throws {
    try await OverSSH.with(directory) { way in
      let setting = Setting.object([
        "driver": .string("nginx"), "include": .string(include), "pidFile": .string(balancer.pidFile),
        "command": .array(balancer.commandLine.map(Setting.string)), "ssh": way.setting,
      ])
      try await body {
        try LoadBalancerRegistry.standard.make(from: setting, file: "t.json", in: way.surroundings)
      }
    }
  }
}
