import FoundationEssentials
import Glibc

/// The `known_hosts` files of a login: read before it, the first one added to where that is allowed.
struct KnownHostsFiles: Sendable {
  /// The files, in order; one that is not there counts as empty.
  let paths: [String]

  /// Reads all files. Blocks.
  ///
  /// - Throws: `SSHError` of kind `.knownHosts` for a file that is there and cannot be read.
  func read() throws -> KnownHosts {
    var known = KnownHosts()
    for path in paths {
      var text = ""
      do { text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self) } catch {
        if access(path, F_OK) != 0 { continue }
        throw SSHError(
          .knownHosts, "read the known host keys in \(path): \(SystemError.text(errno))",
          evidence: [String(describing: error)])
      }
      known.add(text, file: path)
    }
    return known
  }

  /// Adds a line for `key` to the first file, unless another login has just done so. Blocks.
  ///
  /// The file is locked meanwhile and written with one call, so that logins in parallel do not spoil each other's lines.
  ///
  /// - Throws: `SSHError` of kind `.knownHosts`.
  func append(_ key: HostKey, host: String, port: Int) throws {
    guard let path = paths.first else {
      throw SSHError(.knownHosts, "keep the new host key of \(host): no known_hosts file was named")
    }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      // `~/.ssh` may be missing; where this fails, opening the file says why.
      mkdir(String(path[..<slash]), 0o700)
    }
    let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(path, errno) }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX) == 0 else { throw failure(path, errno) }
    var known = KnownHosts()
    let text = String(decoding: (try? Data(contentsOf: URL(filePath: path))) ?? Data(), as: UTF8.self)
    known.add(text, file: path)
    switch known.verdict(on: key, host: host, port: port) {
    case .known: return
    case .unknown: break
    case .mismatch, .otherTypes, .revoked:
      throw SSHError(.hostKeyMismatch, "keep the new host key of \(host): \(path) has just got another one for it")
    }
    let isOpenEnded = !text.isEmpty && text.utf8.last != UInt8(ascii: "\n")
    let line = (isOpenEnded ? "\n" : "") + "\(KnownHosts.name(host, port: port)) \(key.type) \(key.base64)\n"
    let count = Array(line.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard count == line.utf8.count else { throw failure(path, count < 0 ? errno : ENOSPC) }
  }

  private func failure(_ path: String, _ code: Int32) -> SSHError {
    SSHError(.knownHosts, "keep the new host key in \(path): \(SystemError.text(code))")
  }
}
