import FoundationEssentials
import Upgrade

/// A key pair in files, made by `ssh-keygen`: a server's host key or a user's identity.
public struct SSHKey: Sendable, Hashable {
  /// What sort of key it is.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case ed25519
    case ecdsa256
    case ecdsa384
    case ecdsa521
    case rsa

    var keygenOptions: [String] {
      switch self {
      case .ed25519: ["-t", "ed25519"]
      case .ecdsa256: ["-t", "ecdsa", "-b", "256"]
      case .ecdsa384: ["-t", "ecdsa", "-b", "384"]
      case .ecdsa521: ["-t", "ecdsa", "-b", "521"]
      case .rsa: ["-t", "rsa", "-b", "2048"]
      }
    }
  }

  /// How the private key's file is written.
  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// `BEGIN OPENSSH PRIVATE KEY`; what `ssh-keygen` writes for ed25519 whatever it is told.
    case openSSH = "RFC4716"
    /// `BEGIN RSA PRIVATE KEY` (PKCS#1) or `BEGIN EC PRIVATE KEY` (SEC1).
    case pem = "PEM"
    /// `BEGIN PRIVATE KEY` or `BEGIN ENCRYPTED PRIVATE KEY`.
    case pkcs8 = "PKCS8"
  }

  /// The private key's file; the public one has `.pub` behind its name.
  public let path: String
  /// The public key as one line `type base64`, without a comment.
  public let publicKey: String

  /// A key pair whose files are there already.
  ///
  /// - Throws: `Failure` of kind `.io` when the public key's file cannot be read.
  public init(at path: String) throws {
    self.path = path
    guard let text = try? String(contentsOfFile: path + ".pub", encoding: .utf8) else {
      throw Failure(.io, "read \(path).pub: not there or not readable")
    }
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count >= 2 else { throw Failure(.io, "read \(path).pub: not a public key") }
    publicKey = "\(words[0]) \(words[1])"
  }

  /// Makes a key pair with `ssh-keygen`; its folder must be there.
  ///
  /// - Parameter passphrase: encrypts the private key's file. It is handed over in the argument list, so it is for
  ///   throw-away keys only.
  /// - Throws: `Failure` of kind `.exit` with what `ssh-keygen` said.
  public static func generate(
    _ kind: Kind, at path: String, format: Format = .openSSH, passphrase: String = ""
  ) async throws -> SSHKey {
    let file = ["-q", "-N", passphrase, "-C", "zdulab", "-f", path]
    let options = kind.keygenOptions + (format == .openSSH ? [] : ["-m", format.rawValue])
    try await ExternalTool(path: "/usr/bin/ssh-keygen", arguments: options + file).run()
    return try SSHKey(at: path)
  }
}
