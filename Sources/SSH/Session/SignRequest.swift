import CLibSSH2
import Glibc

/// One login with a public key: libssh2 asks for a signature in the middle of it, which is made elsewhere meanwhile.
final class SignRequest {
  static let isWaiting: Int32 = 1

  var hasFailed = false
  private var data: [UInt8]?
  private var signature: [UInt8]?

  /// Calls libssh2; `isWaiting` means that `answer` is wanted before the next call.
  func call(_ session: OpaquePointer, user: String, blob: [UInt8]) -> Int32 {
    var reference: UnsafeMutableRawPointer? = Unmanaged.passUnretained(self).toOpaque()
    let result = libssh2_userauth_publickey(session, user, blob, blob.count, Self.callback, &reference)
    return result == LIBSSH2_ERROR_EAGAIN && data != nil && signature == nil ? Self.isWaiting : result
  }

  nonisolated(nonsending) func answer(with identity: Identity) async throws {
    guard let data, let algorithm = Self.algorithm(in: data) else {
      throw SSHError(.authentication, "log in: what is to be signed makes no sense")
    }
    signature = try await identity.sign(data, algorithm)
  }

  /// string session, byte 50, strings user, service and `publickey`, boolean, string algorithm, string key
  private static func algorithm(in data: [UInt8]) -> String? {
    var reader = WireReader(data)
    guard reader.string() != nil, reader.byte() == 50, reader.string() != nil, reader.string() != nil,
      reader.text() == "publickey", reader.byte() != nil
    else { return nil }
    return reader.text()
  }

  private static let callback:
    @convention(c) (
      OpaquePointer?, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, UnsafeMutablePointer<Int>?,
      UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> Int32 = { _, result, length, data, count, abstract in
      guard let pointer = abstract?.pointee else { return -1 }
      let request = Unmanaged<SignRequest>.fromOpaque(pointer).takeUnretainedValue()
      if request.hasFailed { return -1 }
      guard let signature = request.signature else {
        request.data = Array(UnsafeBufferPointer(start: data, count: count))
        return LIBSSH2_ERROR_EAGAIN
      }
      // libssh2 frees it with the session's `free`.
      guard let copy = malloc(max(1, signature.count)) else { return -1 }
      signature.withUnsafeBytes { copy.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(copy), byteCount: $0.count) }
      result?.pointee = copy.assumingMemoryBound(to: UInt8.self)
      length?.pointee = signature.count
      return 0
    }
}
