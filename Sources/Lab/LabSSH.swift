/// The SSH servers of a lab's nodes.
struct LabSSH: Sendable {
  let lab: LabDescription

  /// Starts the server of `node`; where the lab has chosen a port already, on that port.
  ///
  /// - Parameter variables: more of the environment of what is run there.
  @discardableResult
  func start(_ node: LabNode, variables: [String: String] = [:]) async throws -> SSHServer {
    let layout = lab.layout
    try TextFile.makeFolder(layout.home(of: node.name))
    var configuration = SSHServer.Configuration(folder: layout.sshd(node.name), address: node.address)
    if node.sshPort > 0 { configuration.port = node.sshPort }
    configuration.authorizedKeys = [try SSHKey(at: layout.userKey).publicKey]
    // A home of its own: what the operator's shell does when it starts is no part of the stage, and may be slow.
    configuration.environment = [LabEnvironment.mark: lab.directory, "HOME": layout.home(of: node.name)]
    configuration.environment.merge(variables) { $1 }
    return try await SSHServer.start(configuration)
  }
}
