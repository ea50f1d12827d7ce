import CBcryptPBKDF
import CLibSSH2
import FoundationEssentials

/// Reads `BEGIN OPENSSH PRIVATE KEY` (openssh-key-v1): format in OpenSSH's PROTOCOL.key.
struct OpenSSHKeyFile {
  private let cipher: String
  private let derivation: String
  private let derivationOptions: ArraySlice<UInt8>
  private let sealed: ArraySlice<UInt8>
  private let tag: ArraySlice<UInt8>

  /// Takes the file apart; does not need the passphrase.
  ///
  /// - Throws: `SSHError` of kind `.identity`.
  init(_ text: String) throws(SSHError) {
    let body = text.split(whereSeparator: \.isNewline).map { $0.trimming }
    guard let begin = body.firstIndex(of: "-----BEGIN OPENSSH PRIVATE KEY-----"),
      let end = body[begin...].firstIndex(of: "-----END OPENSSH PRIVATE KEY-----"),
      let data = Data(base64Encoded: body[(begin + 1)..<end].joined()),
      data.starts(with: Array("openssh-key-v1\0".utf8))
    else { throw Self.damaged }
    var reader = WireReader(Array(data)[15...])
    guard let cipher = reader.text(), let derivation = reader.text(), let options = reader.string(),
      reader.uint32() == 1, reader.string() != nil, let sealed = reader.string()
    else { throw Self.damaged }
    self.cipher = cipher
    self.derivation = derivation
    derivationOptions = options
    self.sealed = sealed
    tag = reader.rest
  }

  /// Whether a passphrase is needed.
  var isEncrypted: Bool { cipher != "none" }

  /// The key.
  ///
  /// - Throws: `SSHError` of kind `.identity`, for example for a wrong passphrase.
  func key(_ passphrase: SSHSecret?) throws(SSHError) -> OpaquePointer {
    var plain = try isEncrypted ? decrypt(passphrase) : Array(sealed)
    defer { plain.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
    var reader = WireReader(plain)
    guard let check = reader.uint32(), check == reader.uint32() else {
      throw isEncrypted ? SSHError.wrongPassphrase : Self.damaged
    }
    guard let type = reader.text() else { throw Self.damaged }
    return try Self.key(type, &reader)
  }

  private static func key(_ type: String, _ reader: inout WireReader) throws(SSHError) -> OpaquePointer {
    switch type {
    case "ssh-ed25519":
      guard reader.string() != nil, let secret = reader.string(), secret.count == 64 else { throw damaged }
      return try PrivateKeyParts.ed25519(seed: secret.prefix(32))
    case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521":
      guard let curve = reader.text(), let point = reader.string(), let number = reader.string() else { throw damaged }
      return try PrivateKeyParts.ecdsa(curve: curve, point: point, number: number)
    case "ssh-rsa":
      guard let n = reader.string(), let e = reader.string(), let d = reader.string(), let inverse = reader.string(),
        let p = reader.string(), let q = reader.string()
      else { throw damaged }
      return try PrivateKeyParts.rsa(n: n, e: e, d: d, coefficient: inverse, p: p, q: q)
    default:
      throw SSHError(.identity, "is of type \(type), which is not supported (ed25519, ECDSA and RSA are)")
    }
  }

  // MARK: Encryption

  private func decrypt(_ passphrase: SSHSecret?) throws(SSHError) -> [UInt8] {
    guard let (method, keyLength) = Self.method(cipher) else {
      throw SSHError(
        .identity, "is encrypted with \(cipher), which is not supported",
        remedy: "encrypt it anew with the usual cipher: ssh-keygen -p -Z aes256-ctr -f FILE")
    }
    var material = try deriveKey(passphrase, length: keyLength + Int(EVP_CIPHER_get_iv_length(method)))
    defer { material.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) } }
    let input = Array(sealed)
    let context = EVP_CIPHER_CTX_new()
    defer { EVP_CIPHER_CTX_free(context) }
    var plain = [UInt8](repeating: 0, count: input.count + 32)
    var count: Int32 = 0
    var tag = Array(tag)
    let isGCM = cipher.hasSuffix("-gcm@openssh.com")
    let isDecrypted = material.withUnsafeBufferPointer { bytes -> Bool in
      guard let start = bytes.baseAddress else { return false }
      return EVP_DecryptInit_ex(context, method, nil, start, start + keyLength) == 1
        && EVP_CIPHER_CTX_set_padding(context, 0) == 1
        && EVP_DecryptUpdate(context, &plain, &count, input, Int32(input.count)) == 1
        && (!isGCM || tag.count >= 16 && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, &tag) == 1)
    }
    var last: Int32 = 0
    var rest = [UInt8](repeating: 0, count: 32)
    guard isDecrypted, EVP_DecryptFinal_ex(context, &rest, &last) == 1 else {
      ERR_clear_error()
      throw SSHError.wrongPassphrase
    }
    return Array(plain[..<Int(count)])
  }

  private static func method(_ cipher: String) -> (OpaquePointer, keyLength: Int)? {
    switch cipher {
    case "aes128-ctr": (EVP_aes_128_ctr(), 16)
    case "aes192-ctr": (EVP_aes_192_ctr(), 24)
    case "aes256-ctr": (EVP_aes_256_ctr(), 32)
    case "aes128-cbc": (EVP_aes_128_cbc(), 16)
    case "aes192-cbc": (EVP_aes_192_cbc(), 24)
    case "aes256-cbc": (EVP_aes_256_cbc(), 32)
    case "aes128-gcm@openssh.com": (EVP_aes_128_gcm(), 16)
    case "aes256-gcm@openssh.com": (EVP_aes_256_gcm(), 32)
    default: nil
    }
  }

  private func deriveKey(_ passphrase: SSHSecret?, length: Int) throws(SSHError) -> [UInt8] {
    guard let passphrase else { throw SSHError.noPassphrase }
    var reader = WireReader(derivationOptions)
    guard derivation == "bcrypt", let salt = reader.string(), let rounds = reader.uint32(), rounds <= 100_000 else {
      throw Self.damaged
    }
    var key = [UInt8](repeating: 0, count: length)
    let result = passphrase.withBytes { secret in
      bcrypt_pbkdf(secret, secret.count, Array(salt), salt.count, &key, key.count, rounds)
    }
    guard result == 0 else { throw SSHError.wrongPassphrase }
    return key
  }

  private static let damaged = SSHError(.identity, "is damaged: not a complete OpenSSH private key")
}

extension Substring {
  fileprivate var trimming: Substring {
    var text = self
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text.drop(while: \.isWhitespace)
  }
}
