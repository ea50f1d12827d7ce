import FoundationEssentials
import Glibc
import Upgrade

/// Where labs are made and found.
enum LabFolder {
  /// The beginning of the names of folders that were not chosen by the operator.
  static let prefix = "zdulab-"

  /// `$TMPDIR`, or `/tmp`.
  static var parent: String {
    let chosen = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
    return chosen.isEmpty ? "/tmp" : chosen
  }

  /// The path of a folder that is not there yet.
  static func new(_ prefix: String) -> String {
    "\(parent)/\(prefix)\(String(UInt32.random(in: 0x1000_0000 ... .max), radix: 16))"
  }

  /// Makes the folder for a new lab, for this user only.
  ///
  /// - Returns: its path, absolute and without symbolic links.
  /// - Throws: `Failure` when it holds something already.
  static func make(_ chosen: String?) throws -> String {
    let path = chosen ?? new(prefix)
    // nginx takes the path of an include file for a pattern.
    guard !path.contains(where: { "*?[\\\n\r\r\n".contains($0) }) else {
      throw Failure(.refused, "the lab's folder may not have a line break or one of * ? [ \\ in its name")
    }
    try TextFile.makeFolder(path)
    guard let resolved = TextFile.resolve(path) else { throw Failure(.io, "\(path) is not there") }
    let content = try? FileManager.default.contentsOfDirectory(atPath: resolved)
    guard let content else { throw Failure(.io, "\(path) is not a folder that can be read") }
    guard content.isEmpty else {
      let isLab = isLab(resolved)
      throw Failure(
        .refused, isLab ? "there is a lab in \(path) already" : "\(path) is not empty",
        remedy: isLab ? "run `zdulab down \(ShellQuoting.quote(path))` first" : "choose another folder")
    }
    chmod(resolved, 0o700)
    return resolved
  }

  /// Whether `path` holds a lab, or a blue-green stage.
  static func isLab(_ path: String) -> Bool {
    TextFile.exists(LabLayout(directory: path).description)
      || TextFile.exists(BlueGreenLayout(directory: path).description)
  }

  /// The folders of all labs of the current user: those with processes, and those in the folder for temporary files.
  static func all() -> [String] {
    let parent = TextFile.resolve(parent) ?? parent
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    let found = names.filter { $0.hasPrefix(prefix) }.map { "\(parent)/\($0)" }.filter { path in
      var status = stat()
      return stat(path, &status) == 0 && status.st_uid == geteuid() && isLab(path)
    }
    return LabProcesses.directories.union(found).sorted()
  }
}
