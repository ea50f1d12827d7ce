import CLibSSH2

/// Makes keys from their numbers, as OpenSSH's key files hold them.
enum PrivateKeyParts {
  /// An ed25519 key from its seed of 32 bytes.
  static func ed25519(seed: ArraySlice<UInt8>) throws(SSHError) -> OpaquePointer {
    let key = Array(seed).withUnsafeBufferPointer {
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, $0.baseAddress, $0.count)
    }
    guard let key else { throw PrivateKey.failure("is no valid ed25519 key") }
    return key
  }

  /// An ECDSA key from its curve (`nistp256`, ...), public point and private number.
  static func ecdsa(
    curve: String, point: ArraySlice<UInt8>, number: ArraySlice<UInt8>
  ) throws(SSHError) -> OpaquePointer {
    let scalar = BigNumber(number)
    let point = Array(point)
    return try make("EC", "is no valid ECDSA key") { builder in
      OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "P-" + curve.dropFirst(5), 0) == 1
        && OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, point.count) == 1
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, scalar.value) == 1
    }
  }

  /// An RSA key from modulus, exponents, coefficient (the inverse of `q` modulo `p`) and primes.
  static func rsa(
    n: ArraySlice<UInt8>, e: ArraySlice<UInt8>, d: ArraySlice<UInt8>, coefficient: ArraySlice<UInt8>,
    p: ArraySlice<UInt8>, q: ArraySlice<UInt8>
  ) throws(SSHError) -> OpaquePointer {
    let (n, e, d) = (BigNumber(n), BigNumber(e), BigNumber(d))
    let (coefficient, p, q) = (BigNumber(coefficient), BigNumber(p), BigNumber(q))
    let (dp, dq) = (d.modulo(oneLessThan: p), d.modulo(oneLessThan: q))
    return try make("RSA", "is no valid RSA key") { builder in
      let numbers = [
        (OSSL_PKEY_PARAM_RSA_N, n), (OSSL_PKEY_PARAM_RSA_E, e), (OSSL_PKEY_PARAM_RSA_D, d),
        ("rsa-factor1", p), ("rsa-factor2", q), ("rsa-exponent1", dp),
        ("rsa-exponent2", dq), ("rsa-coefficient1", coefficient),
      ]
      return numbers.allSatisfy { OSSL_PARAM_BLD_push_BN(builder, $0.0, $0.1.value) == 1 }
    }
  }

  private static func make(
    _ type: String, _ complaint: String, _ fill: (OpaquePointer?) -> Bool
  ) throws(SSHError) -> OpaquePointer {
    let builder = OSSL_PARAM_BLD_new()
    defer { OSSL_PARAM_BLD_free(builder) }
    guard fill(builder), let parameters = OSSL_PARAM_BLD_to_param(builder) else { throw PrivateKey.failure(complaint) }
    defer { OSSL_PARAM_free(parameters) }
    let context = EVP_PKEY_CTX_new_from_name(nil, type, nil)
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_fromdata_init(context) == 1,
      EVP_PKEY_fromdata(context, &key, Int32(SHIM_EVP_PKEY_KEYPAIR.rawValue), parameters) == 1, let key
    else { throw PrivateKey.failure(complaint) }
    return key
  }
}

/// A number of libcrypto that is wiped when it goes.
private final class BigNumber {
  let value: OpaquePointer?

  init(_ bytes: ArraySlice<UInt8>) {
    value = bytes.withUnsafeBufferPointer { BN_bin2bn($0.baseAddress, Int32($0.count), BN_secure_new()) }
  }

  private init(adopting value: OpaquePointer?) { self.value = value }

  deinit { BN_clear_free(value) }

  /// This number modulo (`prime` - 1); 0 where that makes no sense, which the key's check finds.
  func modulo(oneLessThan prime: BigNumber) -> BigNumber {
    let context = BN_CTX_secure_new()
    defer { BN_CTX_free(context) }
    let divisor = BN_dup(prime.value)
    defer { BN_clear_free(divisor) }
    let remainder = BN_secure_new()
    if BN_sub_word(divisor, 1) == 1, BN_is_zero(divisor) == 0 { BN_div(nil, remainder, value, divisor, context) }
    return BigNumber(adopting: remainder)
  }
}
