/// What a user of the service would have seen.
public enum ProbeFault: Error, Sendable, Hashable, Codable {
  /// A whole answer with another status than those expected.
  case status(Int)
  /// No whole answer before the time-out.
  case noAnswerInTime
  /// Nobody listens.
  case refused
  /// No way to the host, with what the network said.
  case unreachable(String)
  /// The connection ended before the answer was whole, with what was seen.
  case broken(String)
  /// No trusted TLS connection, with what was seen.
  case untrusted(String)
  /// The host's name is not known.
  case unknownName(String)

  /// The fault in one phrase.
  public var text: String {
    switch self {
    case .status(let code): "it answered \(code)"
    case .noAnswerInTime: "no whole answer in time"
    case .refused: "the connection was refused"
    case .unreachable(let seen): "no way to the host: \(seen)"
    case .broken(let seen): "the connection broke: \(seen)"
    case .untrusted(let seen): "no trusted TLS connection: \(seen)"
    case .unknownName(let host): "the host name \(host) is not known"
    }
  }
}
