/// The load balancer that stands before a lab's groups; each is the real program.
public enum LabBalancer: String, Sendable, Hashable, Codable, CaseIterable {
  case nginx, haproxy

  /// Its name as its makers write it.
  public var title: String {
    switch self {
    case .nginx: "NGINX"
    case .haproxy: "HAProxy"
    }
  }

  /// It, before the groups of `lab`.
  func stage(in lab: LabDescription) -> any BalancerStage {
    switch self {
    case .nginx: NGINXStage(lab: lab)
    case .haproxy: HAProxyStage(lab: lab)
    }
  }
}
