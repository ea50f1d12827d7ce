import Upgrade

/// One connection of a load: sends one request after the other, each when it is its time, until the load is stopped.
///
/// It does what a correct client does and no more: before a request it looks whether the server has closed the connection
/// that it kept, and takes a new one then. Where the server closes it in the very moment, before a byte of the answer,
/// a GET is sent once more on a new connection (RFC 9112, 9.3.1), under a name of its own; a POST never is.
struct LoadWorker: Sendable {
  let run: String
  let index: Int
  let count: Int
  let group: Int
  let kind: LoadKind
  let endpoint: LoadEndpoint
  let interval: Duration
  let longSeconds: Int
  let start: ContinuousClock.Instant
  let stop: LoadStop

  /// How long an answer may take: so long that a slow machine is not taken for a lost request.
  static let patience = Duration.seconds(60)

  /// Works until the load is stopped and the last answer is there; to be called on a thread of its own.
  func work() -> [LoadRecord] {
    var records: [LoadRecord] = []
    var connection: LoadConnection?
    var next = start + interval * index / count
    while !stop.isSet(before: next) {
      let number = index + records.count * count
      if let record = request(number, on: &connection) { records.append(record) }
      // One that comes too late does not make the next ones come in a crowd.
      next = max(next + interval, .now)
    }
    return records
  }

  private func request(_ number: Int, on connection: inout LoadConnection?) -> LoadRecord? {
    let sequence = "\(run)-\(number)"
    let sent = ContinuousClock.now - start
    let isFirst = connection?.isFinished ?? true
    if isFirst { connection = nil }
    let (outcome, trouble) = exchange(number, sequence, on: &connection)
    guard let outcome else { return nil }
    var record = LoadRecord(
      group: group, kind: kind, sequence: sequence, sent: sent, ended: .zero, outcome: outcome)
    if !isFirst, case .closed(_, received: 0)? = trouble {
      record.isRaced = true
      if kind.isRepeatable {
        record.repeated = "\(sequence)r"
        guard let second = exchange(number, "\(sequence)r", on: &connection).outcome else { return nil }
        record.outcome = second
      }
    }
    record.ended = ContinuousClock.now - start
    return record
  }

  /// One request and its answer, on `connection` or on a new one; it stays if it can be used again.
  private func exchange(
    _ number: Int, _ sequence: String, on connection: inout LoadConnection?
  ) -> (outcome: LoadRecord.Outcome?, trouble: LoadConnection.Trouble?) {
    let request = LoadRequest(kind, number: number, sequence: sequence, longSeconds: longSeconds)
    let patience = Self.patience + .seconds(kind == .long ? longSeconds : 0)
    var current = connection.take()
    do {
      let used: LoadConnection
      if let kept = current.take() { used = kept } else { used = try LoadConnection(to: endpoint) }
      let answer = try used.ask(
        request.bytes(to: endpoint.host), until: .now + patience, stop: kind == .long ? stop : nil)
      if kind.isKeepingAlive, !answer.isLast { connection = consume used }
      return (request.fault(in: answer).map { .wrong($0) } ?? .good, nil)
    } catch {
      return (Self.outcome(error), error)
    }
  }

  /// Nil where nothing can be said, as the load itself ended it.
  private static func outcome(_ trouble: LoadConnection.Trouble) -> LoadRecord.Outcome? {
    switch trouble {
    case .unreachable(let reason): .broken("no connection: \(reason)")
    case .closed(let reason, let received): .broken("\(reason) after \(received) bytes")
    case .nonsense: .broken("an answer that is no HTTP with a length")
    case .late(let received): .broken("no whole answer within \(patience.inSeconds), \(received) bytes came")
    case .stopped: nil
    }
  }
}
