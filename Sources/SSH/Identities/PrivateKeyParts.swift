import CLibSSH2

/// Makes keys from their numbers, as OpenSSH's key files hold them, by way of the DER forms that libcrypto reads.
enum PrivateKeyParts {
  /// An ed25519 key from its seed of 32 bytes.
  static func ed25519(seed: ArraySlice<UInt8>) throws(SSHError) -> OpaquePointer {
    let key = seed.withUnsafeBufferPointer {
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, $0.baseAddress, $0.count)
    }
    guard let key else { throw PrivateKey.failure("is no valid ed25519 key") }
    return key
  }

  /// An ECDSA key from its curve (`nistp256`, ...), public point and private number (SEC1's ECPrivateKey).
  static func ecdsa(
    curve: String, point: ArraySlice<UInt8>, number: ArraySlice<UInt8>
  ) throws(SSHError) -> OpaquePointer {
    let curves: [String: (identifier: [UInt8], size: Int)] = [
      "nistp256": ([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07], 32),
      "nistp384": ([0x2b, 0x81, 0x04, 0x00, 0x22], 48),
      "nistp521": ([0x2b, 0x81, 0x04, 0x00, 0x23], 66),
    ]
    let digits = number.drop { $0 == 0 }
    guard let (identifier, size) = curves[curve], digits.count <= size else {
      throw SSHError(.identity, "is no valid ECDSA key")
    }
    var body = element(0x02, [1])
    body += element(0x04, [UInt8](repeating: 0, count: size - digits.count) + digits)
    body += element(0xa0, element(0x06, identifier)) + element(0xa1, element(0x03, [0] + point))
    defer { wipe(&body) }
    return try parse(EVP_PKEY_EC, body, "is no valid ECDSA key")
  }

  /// An RSA key from modulus, exponents, coefficient (the inverse of `q` modulo `p`) and primes (PKCS#1).
  static func rsa(
    n: ArraySlice<UInt8>, e: ArraySlice<UInt8>, d: ArraySlice<UInt8>, coefficient: ArraySlice<UInt8>,
    p: ArraySlice<UInt8>, q: ArraySlice<UInt8>
  ) throws(SSHError) -> OpaquePointer {
    let numbers = [[0], n, e, d, p, q, remainder(d, p)[...], remainder(d, q)[...], coefficient]
    var body = numbers.flatMap { number in
      let digits = number.drop { $0 == 0 }
      let needsZero = digits.first.map { $0 >= 0x80 } ?? true
      return element(0x02, (needsZero ? [0] : []) + digits)
    }
    defer { wipe(&body) }
    return try parse(EVP_PKEY_RSA, body, "is no valid RSA key")
  }

  private static func parse(_ type: Int32, _ body: [UInt8], _ complaint: String) throws(SSHError) -> OpaquePointer {
    var sequence = element(0x30, body)
    defer { wipe(&sequence) }
    let key = sequence.withUnsafeBufferPointer { bytes in
      var start = bytes.baseAddress
      return d2i_PrivateKey(type, nil, &start, bytes.count)
    }
    guard let key else { throw PrivateKey.failure(complaint) }
    return key
  }

  /// A DER element: tag, length, value.
  private static func element(_ tag: UInt8, _ value: [UInt8]) -> [UInt8] {
    let count = value.count
    let length: [UInt8] =
      count < 0x80
      ? [UInt8(count)] : count < 0x100 ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8 & 0xff), UInt8(count & 0xff)]
    return [tag] + length + value
  }

  /// `number` modulo (`prime` - 1).
  private static func remainder(_ number: ArraySlice<UInt8>, _ prime: ArraySlice<UInt8>) -> [UInt8] {
    let context = BN_CTX_secure_new()
    let number = number.withUnsafeBufferPointer { BN_bin2bn($0.baseAddress, Int32($0.count), BN_secure_new()) }
    let divisor = prime.withUnsafeBufferPointer { BN_bin2bn($0.baseAddress, Int32($0.count), BN_secure_new()) }
    let result = BN_secure_new()
    defer {
      BN_CTX_free(context)
      for secret in [number, divisor, result] { BN_clear_free(secret) }
    }
    // A divisor of 0 gives 0, with which the key does not sign; OpenSSH writes no such key.
    guard BN_sub_word(divisor, 1) == 1, BN_is_zero(divisor) == 0, BN_div(nil, result, number, divisor, context) == 1
    else { return [] }
    var bytes = [UInt8](repeating: 0, count: (Int(BN_num_bits(result)) + 7) / 8)
    BN_bn2bin(result, &bytes)
    return bytes
  }

  private static func wipe(_ bytes: inout [UInt8]) {
    bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
  }
}
