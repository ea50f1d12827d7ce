import Upgrade

/// What gateways are told to call: a URL for each node, below one that nobody can guess.
public struct WebhookAddress: Sendable, Hashable {
  private let base: String
  /// The part that nobody can guess.
  public let token: URLToken

  /// An address.
  ///
  /// - Parameter base: the URL that gateways reach the listener by, without `/` at its end; its path is kept.
  public init(base: String, token: URLToken) {
    self.base = base
    self.token = token
  }

  /// With what the URL of every node begins, and no other webhook's.
  public var prefix: String { "\(base)/\(token.text.reveal())/" }

  /// What `node` is told to call.
  public func url(for node: String) -> String { prefix + URLText.escaped(node) }
}
