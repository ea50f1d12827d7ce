import Axway
import Foundation
import Upgrade

/// Asks for all that a topology file needs.
struct TopologyInterview {
  /// What came of it.
  struct Result {
    let draft: TopologyDraft
    let oldInstallDir: String
    let newInstallDir: String
  }

  let interview: Interview

  /// The answers, all of them checked.
  ///
  /// - Throws: `Failure` of kind `.cancelled` at the end of the input.
  func result() throws(Failure) -> Result {
    interview.tell("Each answer is a line; [in brackets] stands what an empty one means.", "")
    let old = try installDir("Old installation on the nodes, like /opt/Axway-7.5.3", besides: nil)
    let new = try installDir("New installation on the nodes, like /opt/Axway-7.7", besides: old)
    let user = try interview.ask("SSH user on the nodes, or nothing for the one of your own ssh", standard: "") {
      (answer) throws(Failure) in try NodeInterview.user(answer)
    }
    var nodes = try NodeInterview(interview: interview, user: user).nodes()
    nodes = try withHealthURLs(nodes)
    let (driver, balancer) = try BalancerInterview(interview: interview).loadBalancer()
    if BalancerInterview.naming.contains(driver) { nodes = try withServers(nodes, driver) }
    let probes = try probes()
    var draft = TopologyDraft(nodes)
    if !user.isEmpty { draft["ssh"] = .object(["user": .string(user)]) }
    draft["loadBalancer"] = balancer
    draft["probes"] = probes.isEmpty ? nil : .array(probes.map { .object(["url": .string($0)]) })
    return Result(draft: draft, oldInstallDir: old, newInstallDir: new)
  }

  private func installDir(_ question: String, besides other: String?) throws(Failure) -> String {
    try interview.ask(question) { (answer) throws(Failure) in
      guard let folder = InstallDir.normalize(answer) else { throw Failure(.refused, InstallDir.wanted(answer)) }
      guard folder != other else { throw Failure(.refused, "'\(folder)' is the old installation") }
      return folder
    }
  }

  private func withHealthURLs(_ nodes: [Topology.Node]) throws(Failure) -> [Topology.Node] {
    interview.tell("", "The health checks: without one, only processes are looked at.")
    let pattern =
      nodes.contains { $0.instances.count == 1 }
      ? try interview.ask(
        "URL for the nodes with one instance, {host} for their hosts, or none", standard: HealthURLPattern.usual
      ) { (answer) throws(Failure) in answer == "none" ? nil : try HealthURLPattern(answer) } : nil
    var changed: [Topology.Node] = []
    for node in nodes {
      var instances: [Topology.Instance] = []
      for instance in node.instances {
        let url =
          node.instances.count == 1
          ? pattern?.url(for: node.host) : try healthURL(of: instance, on: node)
        instances.append(Topology.Instance(name: instance.name, group: instance.group, healthURL: url))
      }
      changed.append(node.with(instances: instances, server: nil))
    }
    return changed
  }

  private func healthURL(of instance: Topology.Instance, on node: Topology.Node) throws(Failure) -> String? {
    try interview.ask("URL for '\(instance.name)' of '\(instance.group)' on \(node.name), or nothing", standard: "") {
      (answer) throws(Failure) in
      guard !answer.isEmpty else { return nil }
      if let problem = TopologyBuilder.problem(healthURL: answer) { throw Failure(.refused, problem) }
      return answer
    }
  }

  private func withServers(_ nodes: [Topology.Node], _ driver: String) throws(Failure) -> [Topology.Node] {
    let form = driver == "haproxy" ? "BACKEND/SERVER, the server's name or its address" : "the server's address"
    var changed: [Topology.Node] = []
    for node in nodes {
      guard !node.instances.isEmpty else {
        changed.append(node)
        continue
      }
      let server = try interview.ask("What \(node.name) is in \(driver): \(form)", standard: node.host) {
        (answer) throws(Failure) in
        guard !changed.contains(where: { $0.loadBalancerServer == answer }) else {
          throw Failure(.refused, "'\(answer)' is another node already")
        }
        return answer
      }
      changed.append(node.with(instances: node.instances, server: server))
    }
    return changed
  }

  private func probes() throws(Failure) -> [String] {
    interview.tell("", "The traffic probe asks through the load balancer, as users do, during the whole run.")
    return try interview.texts("URL that it asks", least: 0) { (answer) throws(Failure) in
      if let problem = ProbeSettings.problem(url: answer) { throw Failure(.refused, problem) }
    }
  }
}

extension Topology.Node {
  /// The same node with these instances and this name in the load balancer.
  fileprivate func with(instances: [Topology.Instance], server: String?) -> Topology.Node {
    Topology.Node(
      name: name, host: host, nodeManager: nodeManager, instances: instances, ssh: ssh, loadBalancerServer: server)
  }
}
