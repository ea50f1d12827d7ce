import Axway
import Upgrade
import WebMethods

/// Reads blue-green files.
enum BlueGreenFile {
  /// The settings in the file at `path`.
  ///
  /// - Throws: `Failure` when it cannot be read or is wrong.
  static func settings(_ path: String) throws(Failure) -> BlueGreenSettings {
    let (bytes, folder) = try ConfigurationFile.contents(of: path)
    return try BlueGreenBuilder.settings(json: bytes, file: path, folder: folder)
  }
}
