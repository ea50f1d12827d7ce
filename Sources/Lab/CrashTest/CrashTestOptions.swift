/// Which crash tests are to be run.
public struct CrashTestOptions: Sendable {
  /// Whose upgrades they are.
  public var products = CrashProduct.allCases
  /// What the upgrades come to.
  public var cases = CrashCase.allCases
  /// What happens to them, as far as it can befall the product.
  public var faults = CrashFault.allCases
  /// The first point at which it happens; the journal's entries, or the plan's steps, are counted from 1.
  public var from = 1
  /// The last point; nil for the last one that there is.
  public var to: Int?
  /// Only every so manieth point.
  public var every = 1
  /// How many labs are used at once.
  public var jobs = 1
  /// The number of Axway nodes, at least 3.
  public var nodes = 3
  /// The load balancer before them.
  public var balancer = LabBalancer.nginx
  /// For how many seconds an address is cut off.
  public var cut = 4
  /// After how many entries `kill-again` kills, and the first time as many behind the plan; without any a number that
  /// fits the product.
  public var again: [Int] = []
  /// For how long it is waited, behind an upgrade, for everything to be as it must be.
  public var patience = Duration.seconds(6)
  /// The `zdupgrade` program.
  public var zdupgrade: String
  /// The `zdulab` program, which simulates the products.
  public var program: String

  /// All of them.
  public init(zdupgrade: String, program: String) {
    self.zdupgrade = zdupgrade
    self.program = program
  }
}
