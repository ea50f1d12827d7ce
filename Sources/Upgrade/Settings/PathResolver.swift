import Foundation

/// Turns `~/x` and relative paths of a configuration file into absolute ones.
public struct PathResolver: Sendable {
  /// What relative paths start from.
  public let folder: String

  /// Paths that start from `folder`.
  public init(folder: String) { self.folder = folder }

  /// Paths that start from the folder of the file at `path`.
  public init(beside path: String) { folder = URL(fileURLWithPath: path).deletingLastPathComponent().path }

  /// `path` as an absolute one.
  public func resolve(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    if path == "~" || path.hasPrefix("~/") { return NSHomeDirectory() + path.dropFirst() }
    return "\(folder)/\(path)"
  }
}
