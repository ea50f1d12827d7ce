import Upgrade

/// What a lab keeps to itself: the administrator's password, the domain's passphrase, the operator's SSH key, and the
/// certificate of the Node Managers.
struct LabSecrets: Sendable {
  let lab: LabDescription

  /// Makes them, in the lab's folder.
  ///
  /// - Throws: `Failure` of kind `.io` or `.exit`.
  func write() async throws {
    let layout = lab.layout
    for folder in [layout.secrets, layout.keys] { try TextFile.makeFolder(folder) }
    try TextFile.write("changeme-\(UInt32.random(in: 0 ... .max))\n", to: layout.password)
    try TextFile.write("Passphrase's \"§\" \(UInt32.random(in: 0 ... .max))\n", to: layout.domainPassphrase)
    _ = try await SSHKey.generate(.rsa, at: layout.userKey)
    let names = lab.nodes.map { "IP:\($0.address)" }.joined(separator: ",")
    try await ExternalTool(
      path: "/usr/bin/openssl",
      arguments: [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650",
        "-subj", "/CN=zdulab", "-addext", "subjectAltName=\(names)", "-keyout", layout.certificateKey, "-out",
        layout.certificate,
      ]
    ).run()
  }
}
