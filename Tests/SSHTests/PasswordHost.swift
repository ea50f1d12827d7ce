import FoundationEssentials
import Glibc
import Lab
import SSH
import Subprocess
import Testing

/// A real sshd with PAM for a user with a password, whom only it and its sessions know: they have files in /etc of their
/// own (a mount namespace), so nothing of this machine is changed.
enum PasswordHost {
  static let user = "zdu-password-test"
  static let password = "Pässwört 'x' $(id) \"y\" \\"
  static let isPossible = geteuid() == 0 && system("unshare -m true 2>/dev/null") == 0
  static let reason: Comment = "needs root, for a user with a password whom nobody else sees"

  /// Binds what is in a folder to /etc and starts what follows.
  private static let script = """
    for name in passwd shadow sudoers; do mount --bind "$1/$name" "/etc/$name" || exit 1; done; shift; exec "$@"
    """

  /// Starts a server and ends it after `body`, also on failure; `sudoers` are lines for the user, `shell` lines are read
  /// by bash when it begins.
  static func with(
    lines: [String], sudoers: [String] = [], shell: [String] = [], _ body: (Host) async throws -> Void
  ) async throws {
    try await withScratchFolder { folder in
      let key = try await SSHKey.generate(.ed25519, at: folder + "/user key")
      let etc = folder + "/etc"
      try await writeFiles(etc, home: folder + "/home", sudoers: sudoers, shell: shell)
      chmod(folder, 0o755)
      let server = try await SSHServer.start(
        configuration(folder, key, lines: lines, launcher: ["/usr/bin/unshare", "-m", "sh", "-c", script, "sh", etc]))
      try await cleaningUp {
        let host = Host(folder: folder, server: server, key: key)
        try host.write(server.knownHostsLines.joined(separator: "\n") + "\n", to: "known_hosts")
        try await body(host)
      } finally: {
        await server.stop()
      }
    }
  }

  private static func configuration(
    _ folder: String, _ key: SSHKey, lines: [String], launcher: [String]
  ) -> SSHServer.Configuration {
    // Keys of a user who is not the server's are read as that user, who does not get into the server's folder.
    let keys = "AuthorizedKeysFile \"\(folder)/home/keys\""
    try? (key.publicKey + "\n").write(toFile: folder + "/home/keys", atomically: false, encoding: .utf8)
    var configuration = SSHServer.Configuration(folder: folder + "/server", lines: lines + [keys, "UsePAM yes"])
    configuration.launcher = launcher
    return configuration
  }

  private static func writeFiles(_ etc: String, home: String, sudoers: [String], shell: [String]) async throws {
    for folder in [etc, home] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    }
    func write(_ lines: [String], to path: String, mode: mode_t = 0o644) throws {
      try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: false, encoding: .utf8)
      chmod(path, mode)
    }
    func system(_ name: String) throws -> [String] {
      try String(contentsOfFile: "/etc/" + name, encoding: .utf8).split(separator: "\n").map(String.init)
    }
    let hash = try await hash(of: password)
    try write(["\(user):x:61234:61234::\(home):/bin/bash"] + system("passwd"), to: etc + "/passwd")
    try write(["\(user):\(hash):19000:0:99999:7:::"] + system("shadow"), to: etc + "/shadow", mode: 0o640)
    try write(["Defaults lecture=never", "root ALL=(ALL) ALL"] + sudoers, to: etc + "/sudoers", mode: 0o440)
    try write(shell, to: home + "/.bashrc")
  }

  private static func hash(of password: String) async throws -> String {
    let result = try await run(
      .path("/usr/bin/openssl"), arguments: ["passwd", "-6", "-stdin"], input: .string(password + "\n"),
      output: .string(limit: 4096))
    return String(result.standardOutput.prefix { !$0.isNewline })
  }
}

extension Host {
  /// Where to log in as the user with a password, and with nothing else.
  var passwordTarget: SSHTarget {
    var target = target
    target.user = PasswordHost.user
    target.identityFile = nil
    target.password = SSHSecret(PasswordHost.password)
    return target
  }
}
