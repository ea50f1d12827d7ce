import Foundation
import Upgrade

/// A health check's URL with `{host}` in place of the host, for nodes that are all alike.
public struct HealthURLPattern: Sendable, Hashable {
  /// What the gateway serves unless its policies or ports were changed.
  ///
  /// Source: the vendor's documentation (`/healthcheck` on the default port 8080).
  public static let usual = "http://{host}:8080/healthcheck"

  private static let placeholder = "{host}"
  private let text: String

  /// A pattern.
  ///
  /// - Throws: `Failure` of kind `.refused` with the reason why it is none.
  public init(_ text: String) throws(Failure) {
    self.text = text
    guard text.contains(Self.placeholder) else {
      throw Failure(.refused, "'\(PlainText.oneLine(text))' lacks {host}; give one like \(Self.usual)")
    }
    let sample = url(for: "gateway.example.com")
    if let problem = TopologyBuilder.problem(healthURL: sample) {
      throw Failure(.refused, "'\(PlainText.oneLine(text))' \(problem)")
    }
  }

  /// The URL for `host`, a name or an address.
  public func url(for host: String) -> String {
    text.replacing(Self.placeholder, with: host.contains(":") ? "[\(host)]" : host)
  }
}
