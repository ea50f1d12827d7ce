extension LabBalancer {
  /// It before the groups of `lab`.
  func stage(of lab: LabDescription) -> any BalancerStage {
    switch self {
    case .nginx: NGINXStage(lab: lab)
    case .haproxy: HAProxyStage(lab: lab)
    }
  }
}
