/// A node as the engine and the load balancers know it; what runs on it is the product's business.
public struct Node: Sendable, Hashable, Codable {
  /// The node's name: unique, and the one in every log and table.
  public let name: String
  /// The host name as the domain's topology has it.
  public let host: String
  /// The groups whose traffic it serves, in the topology's order, each once.
  public let groups: [String]
  /// The node's name in the load balancer, for example `10.0.0.11:8080`; nil where the topology gives none.
  public let loadBalancerServer: String?
  /// Its health checks, each answered with 200 to a GET when that part of the node can serve.
  public let healthURLs: [String]
  /// The user that its commands run as; nil where that is the one who logs in.
  public let become: String?

  /// A node.
  public init(
    name: String, host: String, groups: [String], loadBalancerServer: String? = nil, healthURLs: [String] = [],
    become: String? = nil
  ) {
    self.name = name
    self.host = host
    self.groups = groups
    self.loadBalancerServer = loadBalancerServer
    self.healthURLs = healthURLs
    self.become = become
  }
}
