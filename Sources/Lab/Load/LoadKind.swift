/// A kind of request in a mixed load.
public enum LoadKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// GET, one after the other on one connection.
  case get
  /// POST, one after the other on one connection; the body must come back.
  case post
  /// GET, each on a new connection.
  case getOnce = "get-once"
  /// POST, each on a new connection.
  case postOnce = "post-once"
  /// An answer that takes 1 to 4 seconds, on a connection that is kept.
  case slow
  /// An answer in several pieces within half a second, on a connection that is kept.
  case chunked
  /// An answer that goes on for 2 to 4 seconds, a piece five times a second, each on a new connection.
  case stream
  /// The same for as long as the load's options say, to outlive a drain's limit.
  case long

  /// Whether several requests share a connection.
  var isKeepingAlive: Bool {
    switch self {
    case .get, .post, .slow, .chunked: true
    case .getOnce, .postOnce, .stream, .long: false
    }
  }

  /// Whether it has its share of the load's rate; the others fill their connections.
  var isPaced: Bool {
    switch self {
    case .get, .post, .getOnce, .postOnce, .chunked: true
    case .slow, .stream, .long: false
    }
  }

  /// Whether a client may send it again on its own (RFC 9112, 9.3.1).
  var isRepeatable: Bool { self != .post && self != .postOnce }

  /// The kinds of 20 connections that lie side by side; the first seven are all different.
  static let mixture: [LoadKind] = [
    .get, .post, .getOnce, .postOnce, .slow, .chunked, .stream, .get, .post, .getOnce, .get, .post, .slow, .get, .post,
    .getOnce, .postOnce, .chunked, .stream, .get,
  ]
}
