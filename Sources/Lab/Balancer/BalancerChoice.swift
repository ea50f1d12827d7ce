extension LabBalancer {
  /// It before the groups of `lab`.
  ///
  /// - Parameter isTold: whether `zdupgrade` is told of it.
  func stage(of lab: LabDescription, isTold: Bool = true) -> any BalancerStage {
    switch self {
    case .nginx: NGINXStage(lab: lab, isTold: isTold)
    case .haproxy: HAProxyStage(lab: lab)
    }
  }
}
