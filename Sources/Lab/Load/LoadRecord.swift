/// What a load's client knows of one request.
struct LoadRecord: Sendable, Hashable {
  /// How it ended.
  enum Outcome: Sendable, Hashable {
    case good
    /// The answer is whole, but not the right one.
    case wrong(String)
    /// There is no whole answer.
    case broken(String)
  }

  /// The index of its group.
  let group: Int
  let kind: LoadKind
  /// Its name in the records of the instances.
  let sequence: String
  /// When it was sent and when it ended, from the start of the load.
  let sent: Duration
  var ended: Duration
  var outcome: Outcome
  /// Whether the connection, kept from an earlier request, was closed before a byte of the answer came: the server may
  /// have closed it just when the request was on its way.
  var isRaced = false
  /// The name under which it was sent again for that reason.
  var repeated: String?
}
