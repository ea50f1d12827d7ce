/// By which way a gateway is told to shut down; the raw value stands in plans and journals.
public enum ShutdownRoute: String, Sendable, Hashable, Codable, CaseIterable {
  /// By the administration API, which a gateway refuses while its design time is quiesced.
  case administration
  /// By the Integration Server's own service, which goes on while the design time is quiesced.
  case server
  /// By that service through the quiesce port, the only one that is open once everything is quiesced.
  case quiescePort
}
