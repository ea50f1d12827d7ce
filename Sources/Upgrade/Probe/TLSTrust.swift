/// Which certificates are believed when something is asked over HTTPS.
public struct TLSTrust: Sendable, Hashable, Codable {
  /// A file of PEM certificates that are trusted besides those that this host trusts.
  public let caFile: String?
  /// Whether any certificate is taken, so that anybody on the way can answer.
  public let isInsecure: Bool

  /// Trust; without anything said, what this host trusts.
  public init(caFile: String? = nil, isInsecure: Bool = false) {
    self.caFile = caFile
    self.isInsecure = isInsecure
  }
}
