import Upgrade

/// A lab for `config/containers/compose.yaml`: everything but the containers, which whoever has Compose starts.
public struct ContainerCompose: Sendable {
  private let lab: LabDescription
  private let libraries: [String]

  /// The first three numbers of the addresses that stand in `compose.yaml`.
  static let prefix = "10.213.77"

  /// Writes it into the folder that `options` name; the topology is the vendor's reference, as in `compose.yaml`.
  ///
  /// - Throws: `Failure` where the folder is taken, or cannot be written.
  public static func write(_ options: LabOptions) async throws -> ContainerCompose {
    let network = ContainerNetwork(name: "zdulab", prefix: prefix)
    let directory = try LabFolder.make(options.directory)
    let lab = try ContainerBlueprint(options: options, network: network).description(directory: directory)
    let compose = ContainerCompose(lab: lab, libraries: try await LibraryFolders.needed(by: options.program))
    try await ContainerFiles(lab: lab, network: network).write()
    try TextFile.write(compose.environment, to: compose.environmentFile)
    return compose
  }

  private var environmentFile: String { "\(lab.directory)/compose.env" }

  /// What `compose.yaml` needs to know. A program without libraries of its own gets a folder that does no harm.
  private var environment: String {
    """
    ZDU_MACHINE=\(lab.layout.machine)
    ZDU_LAB_PROGRAM=\(lab.program)
    ZDU_LIBRARIES=\(libraries.first ?? "/usr/share/doc")

    """
  }

  /// What to do next.
  public var text: String {
    let quoted = LabGuide.arguments(for: lab, logs: "\(lab.directory)/logs").map(ShellQuoting.quote)
    let file = ShellQuoting.quote(environmentFile)
    return """
      lab: \(lab.directory)
      start it:
        docker compose --env-file \(file) -f config/containers/compose.yaml up --detach
      upgrade it:
        zdupgrade \(quoted.joined(separator: " "))
      end it:
        docker compose --env-file \(file) -f config/containers/compose.yaml down --volumes
        zdulab down \(ShellQuoting.quote(lab.directory))
      """
  }
}
