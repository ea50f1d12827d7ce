/// What a lab in containers is to be.
public struct ContainerOptions: Sendable {
  /// The lab: topology, balancer, versions, faults, folder, program.
  public var lab: LabOptions
  /// The engine's program: `podman` or `docker`, or its path.
  public var engine: String
  /// The image of the machines, as `scripts/container-image` makes it.
  public var image: String
  /// What befalls a node in the middle of a step; nil for nothing.
  public var fault: ContainerFault?
  /// Whether the demo ends behind the dry run.
  public var isDryRun = false

  /// A lab of machines of `image`.
  public init(_ lab: LabOptions, engine: String, image: String) {
    self.lab = lab
    self.engine = engine
    self.image = image
  }
}
