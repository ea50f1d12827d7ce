/// Takes secrets out of text from outside, before it is kept or shown.
public struct Redaction: Sendable {
  private let secrets: [String]

  /// What takes `secrets` out.
  public init(hiding secrets: some Sequence<Secret>) {
    // The longest first, so that a secret within another leaves no remainder.
    self.secrets = secrets.map { $0.reveal() }.filter { !$0.isEmpty }.sorted { $0.utf8.count > $1.utf8.count }
  }

  /// `text` with `[redacted]` in place of each secret.
  public func of(_ text: String) -> String {
    secrets.reduce(text) {
      $0.contains($1) ? $0.split(separator: $1, omittingEmptySubsequences: false).joined(separator: "[redacted]") : $0
    }
  }
}
