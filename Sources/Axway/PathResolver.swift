import Foundation

/// Turns `~/x` and relative paths of a configuration file into absolute ones.
struct PathResolver {
  let folder: String

  func resolve(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    if path == "~" || path.hasPrefix("~/") { return NSHomeDirectory() + path.dropFirst() }
    return "\(folder)/\(path)"
  }
}
