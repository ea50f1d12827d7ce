/// What a quiesced gateway refuses.
public enum QuiesceBlock: String, Sendable, Hashable, Codable, CaseIterable {
  /// Changes of APIs, policies, applications and the like; traffic flows on. It can be taken back.
  case designtime
  /// Everything: the gateway's package is disabled once its counters are flushed. Only a restart takes it back.
  case all
}
