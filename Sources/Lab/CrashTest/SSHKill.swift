import Glibc

/// The SSH server of a node is killed, and its sessions with it, but not what these run; a second later it is there again.
struct SSHKill: Disturbance {
  let lab: Lab
  let duration: Duration? = .seconds(1)

  func strike(_ node: LabNode) async throws {
    for process in SSHServer.processes(in: lab.description.layout.sshd(node.name)) { kill(process, SIGKILL) }
  }

  func heal(_ node: LabNode) async {
    let ssh = LabSSH(lab: lab.description)
    // As often as it takes: the lab is of no use without it.
    for _ in 0..<5 {
      if !SSHServer.processes(in: lab.description.layout.sshd(node.name)).isEmpty { return }
      _ = try? await Task.detached { try await ssh.start(node) }.value
    }
  }
}
