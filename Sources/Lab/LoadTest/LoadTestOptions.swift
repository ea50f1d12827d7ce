/// Which upgrades a load test runs, and under which load.
public struct LoadTestOptions: Sendable {
  /// What is to happen in an upgrade.
  public enum Case: String, Sendable, Hashable, CaseIterable {
    /// All goes well.
    case success
    /// `apply` fails on a later node, and what was upgraded is taken back.
    case rollback
  }

  /// The load balancers.
  public var balancers = LabBalancer.allCases
  /// The numbers of nodes; 3 are the reference topology, from 12 on there are 3 groups.
  public var nodes = [3, 12]
  /// What is to happen.
  public var cases = Case.allCases
  /// The load.
  public var load = LoadOptions()
  /// The `zdupgrade` program.
  public var zdupgrade: String
  /// More arguments for it.
  public var arguments: [String] = []
  /// The `zdulab` program, which simulates the product.
  public var program: String

  /// Every case.
  public init(zdupgrade: String, program: String) {
    self.zdupgrade = zdupgrade
    self.program = program
  }
}
