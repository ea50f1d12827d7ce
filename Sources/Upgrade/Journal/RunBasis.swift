/// What a run's plan was made from: by it a later process sees whether the same plan would be made again.
public struct RunBasis: Sendable, Hashable, Codable {
  /// The subcommand that the run was ordered with, like `run`: only its own kind goes on with it.
  public let command: String
  /// The command line behind it. No secret is in it.
  public let arguments: [String]
  /// The folder that the relative paths in it are meant from.
  public let directory: String
  /// The SHA-256 of the topology file's bytes, in hexadecimal; nil for the reference topology.
  public let topologyDigest: String?
  /// The SHA-256 of the options that decide about the plan.
  public let optionsDigest: String
  /// The SHA-256 of the plan.
  public let planDigest: String
  /// How each node was found before, in the product's own words.
  public let observed: [String: String]

  /// A basis.
  public init(
    command: String = "run", arguments: [String], directory: String, topologyDigest: String?, optionsDigest: String,
    planDigest: String,
    observed: [String: String]
  ) {
    self.command = command
    self.arguments = arguments
    self.directory = directory
    self.topologyDigest = topologyDigest
    self.optionsDigest = optionsDigest
    self.planDigest = planDigest
    self.observed = observed
  }
}
