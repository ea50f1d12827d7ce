import Axway
import Upgrade

/// The hosts of an upgrade and what is in front of them: what the adapters are made from, whatever runs on the hosts.
struct Fleet: Sendable {
  /// A host, and how commands reach it.
  struct Host: Sendable {
    let node: Node
    let address: String
    let ssh: SSHSettings
    /// Whether commands run there; where none do, it is not logged in to, and so not locked.
    var isCommanded = true
  }

  /// The file that it is from, for what is wrong in it.
  let file: String
  /// The nodes, in the order of the file.
  let hosts: [Host]
  /// How hosts are reached where nothing else is said.
  let ssh: SSHSettings
  /// What the file says about the load balancer; nil for none.
  let loadBalancer: Setting?
  /// The same for several; nil where there is one or none.
  let loadBalancers: [Setting]?
  /// Whose certificates are believed at health checks.
  let healthTrust: TLSTrust
  /// What the product's tools print, and what that means.
  let diagnosis: any Diagnosis
  /// The environment variables that no program which is started may get.
  let secretVariables: [String]

  /// The nodes, in the order of the file.
  var nodes: [Node] { hosts.map(\.node) }
  /// The load balancers' drivers, in words.
  var balancerDriver: String { Setting.drivers(of: loadBalancer, orAll: loadBalancers) }
  /// Those that commands run on.
  var commanded: [Node] { hosts.filter(\.isCommanded).map(\.node) }
}

extension Topology {
  /// The fleet that this topology, which is from `file`, describes.
  func fleet(file: String?) -> Fleet {
    Fleet(
      file: file ?? "the reference topology",
      hosts: nodes.map { Fleet.Host(node: $0.node, address: $0.ssh.address ?? $0.host, ssh: $0.ssh) }, ssh: ssh,
      loadBalancer: loadBalancer, loadBalancers: loadBalancers, healthTrust: healthCheckTrust,
      diagnosis: SysupgradeDiagnosis(), secretVariables: SecretArguments.variables)
  }
}
