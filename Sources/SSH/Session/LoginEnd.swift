import CLibSSH2

// What an end of the connection means in the middle of a login.
extension Connection {
  /// It is lost, unless the server said that it refuses us.
  var loginEndKind: SSHError.Kind { transport.farewell?.isRefusal == true ? .authentication : .disconnected }

  /// Whether the connection has ended. libssh2 says "unverified" both for a signature that the server does not take and
  /// for an answer that never came.
  var hasLoginEnded: Bool { transport.end != nil || transport.farewell != nil }

  /// The error behind libssh2's `result`, which is neither success nor a plain refusal.
  func loginFailure(_ what: String, _ result: Int32) -> SSHError {
    let evidence = [transport.farewell?.evidence, LibSSH2.lastError(of: session).text]
    let isLost = hasLoginEnded || Self.lossCodes.contains(result)
    return SSHError(
      isLost ? loginEndKind : .authentication, isLost ? "\(what): the connection is lost" : "\(what): it failed",
      evidence: evidence.compactMap { $0 })
  }

  /// What libssh2 says when the connection is gone, or what comes over it is garbled.
  private static let lossCodes = [
    LIBSSH2_ERROR_SOCKET_SEND, LIBSSH2_ERROR_SOCKET_RECV, LIBSSH2_ERROR_SOCKET_DISCONNECT, LIBSSH2_ERROR_BAD_SOCKET,
    LIBSSH2_ERROR_DECRYPT, LIBSSH2_ERROR_INVALID_MAC,
  ]
}
