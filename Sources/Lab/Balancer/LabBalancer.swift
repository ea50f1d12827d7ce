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
}
