/// What a stage for blue-green upgrades is to be.
public struct BlueGreenOptions: Sendable {
  /// The version of the old gateways.
  public var oldVersion = GatewayVersion.v10_15
  /// The version of the new ones.
  public var newVersion = GatewayVersion.v11_0
  /// How many old gateways there are, 1 to 20: `Old-1`, `Old-2`, ...
  public var oldCount = 2
  /// How many new gateways there are, 0 to 20: `New-1`, ...
  public var newCount = 2
  /// How many documents the old datastore has, 48 at least; two fifths are assets.
  public var documents = 300
  /// Whether the new gateways have the old ones' datastore, as for a fix.
  public var isSharingDatastore = false
  /// Whether the new gateways are running already.
  public var isStartingNew = true
  /// Whether the new datastore has a `path.repo`, so that `clean` can make its backup.
  public var hasPathRepo = true
  /// How long a gateway is away in a bounce, in milliseconds.
  public var bounceDelay = 300
  /// Faults to begin with, as `NAME:STEP[:KIND[:ARGUMENT]]`.
  public var faults: [String] = []
  /// The stage's folder; it must be empty or not be there. Nil takes a new one in the folder for temporary files.
  public var directory: String?
  /// The `zdulab` program, which simulates the product.
  public var program: String

  /// A stage whose simulated programs are run by `program`.
  public init(program: String) { self.program = program }

  /// Shapes it for `profile`: a fix has one datastore, and is of the same version.
  public mutating func take(_ profile: BlueGreenProfile) {
    guard profile != .major else { return }
    (isSharingDatastore, newVersion, isStartingNew) = (true, oldVersion, false)
    if profile == .minorCluster { newCount = 0 }
  }
}
