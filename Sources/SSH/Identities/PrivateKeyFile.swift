import CLibSSH2
import FoundationEssentials
import Glibc

/// Reads a private key's file: OpenSSH's format, or PEM (PKCS#1, SEC1, PKCS#8), encrypted or not.
enum PrivateKeyFile {
  /// The key in the file at `path`. Blocks; an encrypted one takes a tenth of a second or more on purpose.
  ///
  /// - Throws: `SSHError` of kind `.identity` or `.identityLocked` that names the file and says what is the matter.
  static func read(_ path: String, passphrase: SSHSecret?) throws(SSHError) -> PrivateKey {
    do { return try PrivateKey(adopting: try parse(try contents(path), passphrase: passphrase)) } catch {
      throw error.inContext("use the identity file \(path)")
    }
  }

  /// The key in a file's bytes, as an `EVP_PKEY` for the caller to free.
  static func parse(_ bytes: [UInt8], passphrase: SSHSecret?) throws(SSHError) -> OpaquePointer {
    let text = String(decoding: bytes, as: UTF8.self)
    let first = text.split(whereSeparator: \.isNewline).first { $0.contains { !$0.isWhitespace } } ?? ""
    if text.contains("-----BEGIN OPENSSH PRIVATE KEY-----") { return try OpenSSHKeyFile(text).key(passphrase) }
    if text.contains("PRIVATE KEY-----") { return try pem(bytes, text, passphrase) }
    if first.hasPrefix("PuTTY-User-Key-File-") {
      throw SSHError(
        .identity, "is a PuTTY key", remedy: "convert it: puttygen KEY.ppk -O private-openssh -o KEY")
    }
    if isPublicKey(first) {
      throw SSHError(.identity, "is a public key", remedy: "name the private key's file, mostly the one without .pub")
    }
    throw SSHError(.identity, "is not a private key")
  }

  private static func contents(_ path: String) throws(SSHError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw SSHError(.identity, "cannot be read: \(SystemError.text(errno))") }
    defer { close(descriptor) }
    // A private key has some kilobytes; what is longer is something else, and a device has no end.
    var bytes = [UInt8](repeating: 0, count: 256 * 1024)
    var count = 0
    while count < bytes.count {
      let result = bytes.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count)
      }
      if result < 0 { throw SSHError(.identity, "cannot be read: \(SystemError.text(errno))") }
      if result == 0 { break }
      count += result
    }
    return Array(bytes[..<count])
  }

  private static func isPublicKey(_ line: Substring) -> Bool {
    ["ssh-", "ecdsa-sha2-", "sk-", "---- BEGIN SSH2 PUBLIC KEY", "-----BEGIN PUBLIC KEY", "-----BEGIN RSA PUBLIC KEY"]
      .contains { line.hasPrefix($0) }
  }

  private static func pem(_ bytes: [UInt8], _ text: String, _ passphrase: SSHSecret?) throws(SSHError) -> OpaquePointer
  {
    let isEncrypted = text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED")
    if isEncrypted, passphrase == nil { throw SSHError.noPassphrase }
    let source = BIO_new_mem_buf(bytes, Int32(bytes.count))
    defer { BIO_free(source) }
    let key = (passphrase ?? SSHSecret("")).withBytes { secret in
      var secret = secret
      defer { secret.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
      return secret.withUnsafeBufferPointer { bytes in
        withUnsafePointer(to: bytes) { argument in
          PEM_read_bio_PrivateKey(source, nil, giveSecret, UnsafeMutableRawPointer(mutating: argument))
        }
      }
    }
    if let key { return key }
    if isEncrypted {
      ERR_clear_error()
      throw SSHError.wrongPassphrase
    }
    throw PrivateKey.failure("is damaged: not a complete private key")
  }

  private static let giveSecret:
    @convention(c) (UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?) -> Int32 = {
      space, size, _, argument in
      guard let space, let secret = argument?.load(as: UnsafeBufferPointer<UInt8>.self), secret.count <= size else {
        return -1
      }
      if let start = secret.baseAddress { memcpy(space, start, secret.count) }
      return Int32(secret.count)
    }
}

extension SSHError {
  /// A key's file is encrypted and there is nothing to decrypt it with.
  static let noPassphrase = SSHError(
    .identityLocked, "is encrypted and no passphrase was given",
    remedy: "give the key's passphrase, or load the key into the agent: ssh-add FILE")
  /// A key's file does not decrypt to what it should.
  static let wrongPassphrase = SSHError(
    .identity, "cannot be decrypted: the passphrase is wrong, or the file is damaged")
}
