/// What the operator's own `ssh` would do for a host: the answer of `ssh -G HOST`.
///
/// Source: ssh(1), `-G`; ssh_config(5). Each line is a keyword in lower case and its value.
public struct ClientSettings: Sendable, Hashable {
  private let values: [String: [String]]

  /// Reads what `ssh -G` printed.
  public init(_ text: String) {
    var values: [String: [String]] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: " ", maxSplits: 1)
      guard let name = parts.first else { continue }
      values[name.lowercased(), default: []].append(parts.count > 1 ? String(parts[1]) : "")
    }
    self.values = values
  }

  /// The name or address that is connected to.
  public var hostName: String? { single("hostname") }
  /// The TCP port.
  public var port: Int? { single("port").flatMap { Int($0) }.flatMap { (1...65_535).contains($0) ? $0 : nil } }
  /// Who logs in.
  public var user: String? { single("user") }
  /// The private keys to try, in this order.
  public var identityFiles: [String] { values["identityfile"] ?? [] }
  /// Whether no key of the agent is tried that is not among those.
  public var areIdentitiesOnly: Bool { single("identitiesonly") == "yes" }
  /// The agent's socket; `none` for none, nil where nothing is said and the environment decides.
  public var identityAgent: String? { single("identityagent").flatMap { $0 == "SSH_AUTH_SOCK" ? nil : $0 } }
  /// The user's certificates.
  public var certificateFiles: [String] { values["certificatefile"] ?? [] }
  /// The files of known host keys, the user's first.
  public var knownHostsFiles: [String] { files("userknownhostsfile") + files("globalknownhostsfile") }
  /// The name by which the host is known there.
  public var hostKeyAlias: String? { single("hostkeyalias") }
  /// The hosts that are gone through, each as `[USER@]HOST[:PORT]`, the first one first.
  public var proxyJump: [String] {
    (single("proxyjump") ?? "").split(separator: ",").map(String.init).filter { $0 != "none" }
  }
  /// The command that makes the connection, with its tokens.
  public var proxyCommand: String? { single("proxycommand").flatMap { $0 == "none" ? nil : $0 } }
  /// How many seconds each address has to accept the connection; nil for the system's own time.
  public var connectTimeout: Int? { single("connecttimeout").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } }
  /// What becomes of an unknown host key: `ask`, `accept-new`, `yes`, `no`, `off`.
  public var strictHostKeyChecking: String? { single("stricthostkeychecking") }
  /// How often the server is asked whether it is there, in seconds; 0 for never.
  public var serverAliveInterval: Int? { single("serveraliveinterval").flatMap { Int($0) } }
  /// Whether what is sent is compressed.
  public var isCompressed: Bool { single("compression") == "yes" }

  private func single(_ name: String) -> String? { values[name]?.first.flatMap { $0.isEmpty ? nil : $0 } }

  /// Several file names stand in one line, those with spaces in quotes.
  private func files(_ name: String) -> [String] {
    var files: [String] = []
    var word = ""
    var isQuoted = false
    for character in single(name) ?? "" {
      switch character {
      case "\"": isQuoted.toggle()
      case " " where !isQuoted:
        if !word.isEmpty { files.append(word) }
        word = ""
      default: word.append(character)
      }
    }
    if !word.isEmpty { files.append(word) }
    return files.filter { $0 != "none" && $0 != "/dev/null" }
  }
}
