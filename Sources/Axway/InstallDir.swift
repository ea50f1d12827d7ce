import Upgrade

/// The folder of an installation, `/opt/Axway-7.7`; its `apigateway` folder is accepted for it.
public enum InstallDir {
  /// `path` without trailing slashes and without a last `apigateway`; nil where it is not an absolute path below `/`.
  public static func normalize(_ path: String) -> String? {
    guard path.hasPrefix("/") else { return nil }
    var parts = path.split(separator: "/")
    if parts.count > 1, parts.last == "apigateway" { parts.removeLast() }
    guard !parts.isEmpty, !parts.contains(".."), !path.unicodeScalars.contains("\0") else { return nil }
    return "/" + parts.joined(separator: "/")
  }

  /// What to say about a path that is not one.
  public static func wanted(_ path: String) -> String {
    "'\(path)' must be the absolute path of an installation on the nodes, like /opt/Axway-7.7"
  }

  /// What an option's value means; nil where it was not given.
  ///
  /// - Throws: `Failure` of kind `.refused` that names `option`.
  public static func given(_ path: String?, as option: String) throws(Failure) -> String? {
    guard let path else { return nil }
    guard let installation = normalize(path) else { throw Failure(.refused, "\(option): \(wanted(path))") }
    return installation
  }
}
