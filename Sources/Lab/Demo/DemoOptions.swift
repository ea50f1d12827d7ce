/// What a demo is to show.
public struct DemoOptions: Sendable {
  /// What is upgraded.
  public enum Subject: Sendable {
    /// A lab of Axway API Gateway.
    case axway(LabOptions)
    /// A blue-green stage of webMethods API Gateway.
    case blueGreen(BlueGreenOptions)
    /// A lab of Axway API Gateway whose nodes are containers.
    case containers(ContainerOptions)
  }

  /// What is upgraded.
  public var subject: Subject
  /// The `zdupgrade` program.
  public var zdupgrade: String
  /// More arguments for it.
  public var arguments: [String] = []
  /// Requests a second to each group with more than one instance.
  public var rate = 100
  /// How long a whole answer may take. On a machine that is busy with hundreds of nodes, slow is not lost.
  public var answerTime = Duration.seconds(5)
  /// Whether the logs are kept.
  public var isKeepingLogs = false

  /// A demo of `zdupgrade` on `subject`.
  public init(_ subject: Subject, zdupgrade: String) {
    self.subject = subject
    self.zdupgrade = zdupgrade
  }
}
