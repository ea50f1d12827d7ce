import Glibc

/// The load balancer is killed, and is there again two seconds later, as its files say.
struct BalancerKill: Disturbance {
  let lab: Lab
  let duration: Duration? = .seconds(2)
  let isBreakingTraffic = true
  let mustGoUnnoticed = false

  func strike(_ node: LabNode) async throws {
    for facts in LabProcesses(directory: lab.directory).running where ["nginx", "haproxy"].contains(facts.name) {
      kill(facts.pid, SIGKILL)
    }
  }

  func heal(_ node: LabNode) async {
    let description = lab.description
    await Task.detached { try? await description.balancer.stage(of: description).startAgain() }.value
  }
}
