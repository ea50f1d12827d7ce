/// How often gateways are looked at, and how long they may take to tell the truth.
public struct GatewayPace: Sendable, Hashable {
  /// The longest pause between two looks.
  public let interval: Duration
  /// For so long what a gateway says about an action, after it has accepted to begin it, is taken for left over when it is
  /// what it said before: the API tells of both reindexes under one name.
  public let settling: Duration
  /// For so long a gateway that works may not tell how far it is, before it is given up.
  public let patience: Duration

  /// A pace.
  public init(interval: Duration, settling: Duration = .seconds(30), patience: Duration = .seconds(60)) {
    self.interval = interval
    self.settling = settling
    self.patience = patience
  }

  /// The pause between two looks at one that is about to go down for a moment, and is back soon.
  var shortInterval: Duration { min(interval, .milliseconds(100)) }
}
