import Foundation
import Upgrade

/// Reads the bytes of a configuration file.
public enum ConfigurationFile {
  /// The bytes of the file at `path`, and the folder that relative paths in it start from.
  ///
  /// - Throws: `Failure` of kind `.io`.
  public static func contents(of path: String) throws(Failure) -> (bytes: Data, folder: String) {
    let url = URL(fileURLWithPath: path)
    do {
      return (try Data(contentsOf: url), url.deletingLastPathComponent().path)
    } catch {
      throw Failure(.io, "\(path): cannot be read: \(FileTrouble.text(error))")
    }
  }
}
