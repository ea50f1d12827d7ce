/// What a demo is to show.
public struct DemoOptions: Sendable {
  /// The lab.
  public var lab: LabOptions
  /// The `zdupgrade` program.
  public var zdupgrade: String
  /// More arguments for it.
  public var arguments: [String] = []
  /// Requests a second to each group with more than one instance.
  public var rate = 100
  /// Whether the logs are kept.
  public var isKeepingLogs = false

  /// A demo of `zdupgrade` in `lab`.
  public init(lab: LabOptions, zdupgrade: String) {
    self.lab = lab
    self.zdupgrade = zdupgrade
  }
}
