import CLibSSH2
import Glibc

/// Makes libssh2 sessions over our transport, and holds what depends on the library's version.
enum LibSSH2 {
  /// Whether the library could be set up; done once for the process.
  static let isReady = libssh2_init(0) == 0

  /// Whether RSA signatures with SHA-2 are the library's own business (1.11 and later).
  static let knowsModernRSA = libssh2_version(0x01_0b_00) != nil

  /// The library's version, for messages.
  static let version = libssh2_version(0).map { String(cString: $0) } ?? "?"

  /// Ciphers and codes, fastest first. Names that the library or the server does not know are passed over;
  /// libssh2 1.11 streams AES-CTR at 192 MB/s, AES-GCM at 137 and ChaCha20 at 61.
  private static let preferences: [(Int32, String)] = [
    (
      Int32(LIBSSH2_METHOD_CRYPT_CS),
      "aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com"
    ),
    (
      Int32(LIBSSH2_METHOD_CRYPT_SC),
      "aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com"
    ),
    (Int32(LIBSSH2_METHOD_MAC_CS), "hmac-sha2-256,hmac-sha2-512,hmac-sha1"),
    (Int32(LIBSSH2_METHOD_MAC_SC), "hmac-sha2-256,hmac-sha2-512,hmac-sha1"),
  ]

  /// A session that calls `transport` for its bytes; `transport` must outlive it.
  static func makeSession(over transport: Transport) throws(SSHError) -> OpaquePointer {
    let reference = Unmanaged.passUnretained(transport).toOpaque()
    guard isReady, let session = libssh2_session_init_ex(allocate, release, reallocate, reference) else {
      throw SSHError(.handshake, "set libssh2 up: no memory")
    }
    libssh2_session_set_blocking(session, 0)
    libssh2_session_callback_set(session, Int32(LIBSSH2_CALLBACK_SEND), unsafeBitCast(send, to: Raw.self))
    libssh2_session_callback_set(session, Int32(LIBSSH2_CALLBACK_RECV), unsafeBitCast(receive, to: Raw.self))
    libssh2_session_callback_set(session, Int32(LIBSSH2_CALLBACK_DISCONNECT), unsafeBitCast(farewell, to: Raw.self))
    for (method, names) in preferences { libssh2_session_method_pref(session, method, names) }
    return session
  }

  /// The code and text of the last error, as evidence.
  static func lastError(of session: OpaquePointer) -> (code: Int32, text: String) {
    var text: UnsafeMutablePointer<CChar>?
    let code = libssh2_session_last_error(session, &text, nil, 0)
    return (code, "libssh2 \(version) error \(code)" + (text.map { ": " + String(cString: $0) } ?? ""))
  }

  // MARK: Callbacks

  private typealias Raw = UnsafeMutableRawPointer
  private typealias Abstract = UnsafeMutablePointer<UnsafeMutableRawPointer?>

  /// The transport of the session whose callback was given `abstract`.
  static func transport(_ abstract: UnsafeMutablePointer<UnsafeMutableRawPointer?>?) -> Transport? {
    guard let pointer = abstract?.pointee else { return nil }
    return Unmanaged<Transport>.fromOpaque(pointer).takeUnretainedValue()
  }

  private static let allocate: @convention(c) (Int, Abstract?) -> Raw? = { count, _ in malloc(count) }
  private static let reallocate: @convention(c) (Raw?, Int, Abstract?) -> Raw? = { block, count, _ in
    realloc(block, count)
  }
  private static let release: @convention(c) (Raw?, Abstract?) -> Void = { block, abstract in
    guard let block else { return }
    LibSSH2.transport(abstract)?.watch.look(at: block)
    free(block)
  }
  private static let send: @convention(c) (Int32, UnsafeRawPointer?, Int, Int32, Abstract?) -> Int = {
    _, bytes, count, _, abstract in
    LibSSH2.transport(abstract)?.send(UnsafeRawBufferPointer(start: bytes, count: count)) ?? Int(-EPIPE)
  }
  private static let receive: @convention(c) (Int32, Raw?, Int, Int32, Abstract?) -> Int = {
    _, space, count, _, abstract in
    LibSSH2.transport(abstract)?.receive(into: UnsafeMutableRawBufferPointer(start: space, count: count))
      ?? Int(-ECONNRESET)
  }
  private static let farewell:
    @convention(c) (OpaquePointer?, Int32, UnsafePointer<CChar>?, Int32, UnsafePointer<CChar>?, Int32, Abstract?) ->
      Void = { _, reason, text, length, _, _, abstract in
        let words = text.map { UnsafeRawBufferPointer(start: $0, count: Int(max(0, length))) }
        LibSSH2.transport(abstract)?.farewell = Farewell(
          reason: reason, text: words.map { String(decoding: $0, as: UTF8.self) } ?? "")
      }
}
