/// What became of one request.
struct TrafficOutcome: Sendable {
  /// When it was sent and when its answer was complete, from the start of the traffic.
  let sent: Duration
  let ended: Duration
  /// Who answered, or why it failed.
  let result: Result<InstanceIdentity, TrafficFault>
}

/// Why a request failed, in a few words.
struct TrafficFault: Error, Sendable, Hashable {
  let reason: String
}
