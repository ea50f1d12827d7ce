/// The `acl.json` that the simulated versions come with, and where the new one keeps the originals of older ones.
enum RBACPermissions {
  /// The folder of the originals, within the new installation.
  static let factory = "upgrade/scripts/rbac/factory"
  static let old = """
    { "roles": { "API Server Administrator": [ "adminusers_modify", "deploy" ] } }

    """
  static let new = """
    { "roles": { "API Server Administrator": [ "adminusers_modify", "deploy", "yaml_deploy" ] } }

    """

  /// Whether the old installation of the same node has other permissions than it was delivered with.
  static func areChanged(before installation: Installation) -> Bool {
    TextFile.read("\(installation.other.home)/conf/acl.json").map { $0 != old } ?? false
  }
}
