import Axway
import Upgrade

/// One upgrade of a load test.
struct LoadTrial: Sendable, Hashable {
  let balancer: LabBalancer
  let nodes: Int
  let kind: LoadTestOptions.Case

  /// What it is called in messages.
  var title: String { "\(balancer.title), \(nodes) nodes, \(kind.rawValue)" }

  /// The code with which `zdupgrade` must end.
  var expectedCode: Int32 { kind == .success ? 0 : Phase.apply.failure.code }
}
