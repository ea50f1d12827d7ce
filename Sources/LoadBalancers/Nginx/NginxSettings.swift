import Upgrade

/// What the topology says about an nginx.
struct NginxSettings: Sendable, Hashable {
  /// The include files with the `server` lines, one for each upstream.
  let includes: [String]
  /// The file that holds the master's process number.
  let pidFile: String
  /// How nginx is called there; `-t` goes behind it.
  let command: [String]

  static let keys = ["include", "pidFile", "command", "ssh"]

  /// Reads them.
  init(_ settings: SettingReader) throws(Failure) {
    guard let includes = try settings.oneOrMoreStrings("include") else {
      throw settings.complaint("include", "is missing: the file with the server lines of the upstream")
    }
    for (index, path) in includes.enumerated() {
      guard path.hasPrefix("/") else { throw settings.complaint("include", "'\(path)' is not an absolute path") }
      guard !includes[..<index].contains(path) else { throw settings.complaint("include", "'\(path)' is there twice") }
    }
    let pidFile = try settings.string("pidFile") ?? "/run/nginx.pid"
    guard pidFile.hasPrefix("/") else { throw settings.complaint("pidFile", "'\(pidFile)' is not an absolute path") }
    self.includes = includes
    self.pidFile = pidFile
    command = try settings.oneOrMoreStrings("command") ?? ["nginx"]
  }
}
