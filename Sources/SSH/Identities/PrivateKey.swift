import CLibSSH2

/// A private key in libcrypto's hands: it signs and tells its public half.
///
/// `@unchecked Sendable`: the key is not changed after it was made, and libcrypto's signing may run on several threads.
final class PrivateKey: @unchecked Sendable {
  /// The kinds of keys that SSH has a signature for.
  private enum Kind {
    case ed25519
    case rsa
    /// The curve's name in SSH, for example `nistp256`.
    case ecdsa(String)
  }

  private let key: OpaquePointer
  private let kind: Kind
  /// The public key as in RFC 4253; its first string is the key's type.
  let publicBlob: [UInt8]

  /// Takes over an `EVP_PKEY`.
  ///
  /// - Throws: `SSHError` of kind `.identity` for a kind of key that SSH does not have; the key is freed then.
  init(adopting key: OpaquePointer) throws(SSHError) {
    var writer = WireWriter()
    do throws(SSHError) {
      switch EVP_PKEY_get_base_id(key) {
      case EVP_PKEY_ED25519:
        kind = .ed25519
        writer.string("ssh-ed25519")
        writer.string(try Self.encodedPublicKey(key))
      case EVP_PKEY_RSA:
        kind = .rsa
        writer.string("ssh-rsa")
        writer.mpint(try Self.number(key, OSSL_PKEY_PARAM_RSA_E))
        writer.mpint(try Self.number(key, OSSL_PKEY_PARAM_RSA_N))
      case EVP_PKEY_EC:
        let curve = try Self.curve(key)
        kind = .ecdsa(curve)
        writer.string("ecdsa-sha2-\(curve)")
        writer.string(curve)
        writer.string(try Self.encodedPublicKey(key))
      default:
        throw SSHError(.identity, "is of a kind that SSH cannot use (ed25519, ECDSA and RSA can be)")
      }
    } catch {
      EVP_PKEY_free(key)
      throw error
    }
    self.key = key
    publicBlob = writer.bytes
  }

  // libcrypto wipes the private numbers.
  deinit { EVP_PKEY_free(key) }

  /// The signature of `data` in the form that SSH sends, without the algorithm's name before it.
  ///
  /// - Parameter algorithm: for RSA one of `rsa-sha2-512`, `rsa-sha2-256`, `ssh-rsa`; else the key's type.
  func sign(_ data: [UInt8], algorithm: String) throws(SSHError) -> [UInt8] {
    switch kind {
    case .ed25519: return try digestSign(data, nil)
    case .rsa:
      switch algorithm {
      case "rsa-sha2-512": return try digestSign(data, EVP_sha512())
      case "rsa-sha2-256": return try digestSign(data, EVP_sha256())
      default: return try digestSign(data, EVP_sha1())
      }
    case .ecdsa(let curve):
      let digest = curve == "nistp256" ? EVP_sha256() : curve == "nistp384" ? EVP_sha384() : EVP_sha512()
      return try Self.sshForm(ofECDSA: try digestSign(data, digest))
    }
  }

  private func digestSign(_ data: [UInt8], _ digest: OpaquePointer?) throws(SSHError) -> [UInt8] {
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    var length = 0
    guard EVP_DigestSignInit(context, nil, digest, nil, key) == 1,
      EVP_DigestSign(context, nil, &length, data, data.count) == 1
    else { throw Self.failure("cannot sign") }
    var signature = [UInt8](repeating: 0, count: length)
    guard EVP_DigestSign(context, &signature, &length, data, data.count) == 1 else { throw Self.failure("cannot sign") }
    return Array(signature[..<length])
  }

  /// ASN.1 as libcrypto gives it becomes two mpints, as SSH has it.
  private static func sshForm(ofECDSA signature: [UInt8]) throws(SSHError) -> [UInt8] {
    let parsed = signature.withUnsafeBufferPointer { bytes in
      var pointer = bytes.baseAddress
      return d2i_ECDSA_SIG(nil, &pointer, bytes.count)
    }
    guard let parsed else { throw failure("cannot sign") }
    defer { ECDSA_SIG_free(parsed) }
    var writer = WireWriter()
    writer.mpint(bytes(of: ECDSA_SIG_get0_r(parsed)))
    writer.mpint(bytes(of: ECDSA_SIG_get0_s(parsed)))
    return writer.bytes
  }

  // MARK: The public half

  private static func encodedPublicKey(_ key: OpaquePointer) throws(SSHError) -> [UInt8] {
    // An EC key's file may hold its point compressed; SSH sends it in full.
    EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed")
    var pointer: UnsafeMutablePointer<UInt8>?
    let count = EVP_PKEY_get1_encoded_public_key(key, &pointer)
    if count == 0 {
      // Ed25519 has no such encoding in older releases of libcrypto 3.
      var raw = [UInt8](repeating: 0, count: 32)
      var length = raw.count
      guard EVP_PKEY_get_raw_public_key(key, &raw, &length) == 1 else { throw failure("has no public half") }
      return Array(raw[..<length])
    }
    defer { CRYPTO_free(pointer, nil, 0) }
    return Array(UnsafeBufferPointer(start: pointer, count: count))
  }

  private static func number(_ key: OpaquePointer, _ name: String) throws(SSHError) -> [UInt8] {
    var number: OpaquePointer?
    guard EVP_PKEY_get_bn_param(key, name, &number) == 1, let number else { throw failure("has no public half") }
    defer { BN_free(number) }
    return bytes(of: number)
  }

  private static func curve(_ key: OpaquePointer) throws(SSHError) -> String {
    var name = [CChar](repeating: 0, count: 64)
    var length = 0
    guard EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, &name, name.count, &length) == 1 else {
      throw failure("has no named curve")
    }
    let known = [
      "prime256v1": "nistp256", "P-256": "nistp256", "secp384r1": "nistp384", "P-384": "nistp384",
      "secp521r1": "nistp521", "P-521": "nistp521",
    ]
    let text = String(decoding: name[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard let curve = known[text] else {
      throw SSHError(.identity, "is on the curve \(text), which SSH does not have (256, 384 and 521 bits are)")
    }
    return curve
  }

  private static func bytes(of number: OpaquePointer?) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (Int(BN_num_bits(number)) + 7) / 8)
    BN_bn2bin(number, &bytes)
    return bytes
  }

  /// libcrypto's own words are numbers for developers; they are kept as evidence.
  static func failure(_ what: String) -> SSHError {
    var text = [CChar](repeating: 0, count: 256)
    let code = ERR_get_error()
    ERR_error_string_n(code, &text, text.count)
    ERR_clear_error()
    let words = text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    return SSHError(.identity, what, evidence: code == 0 ? [] : [words])
  }
}
