import AsyncHTTPClient
import FoundationEssentials
import HTTPTypes
import Upgrade

/// A steady client: so many requests a second, whatever becomes of the earlier ones; a new connection for each, no retries.
///
/// It must be stopped; that waits for the requests in flight and gives its connections back.
public actor TrafficClient {
  /// Where it sends its requests, all of them GET.
  public let url: String
  /// Requests a second.
  public let rate: Int
  /// How many requests are sent at the same time.
  public let burst: Int
  /// What became of the requests so far.
  public private(set) var report = TrafficReport()

  private let timeout: Duration
  /// What the names of its requests begin with; nil where they have none.
  private let name: String?
  private let client: HTTPClient
  private let start = ContinuousClock.now
  private var sending: Task<Void, Never>?

  /// A client that sends nothing yet.
  ///
  /// - Parameters:
  ///   - burst: how many requests are sent at the same time; `rate` stays what it is.
  ///   - timeout: for one whole answer.
  ///   - isNumbered: whether each request has a name of its own, so that one that is served twice is known.
  public init(url: String, rate: Int, burst: Int = 1, timeout: Duration = .seconds(5), isNumbered: Bool = false) {
    precondition(rate > 0 && burst > 0)
    self.url = url
    self.rate = rate
    self.burst = burst
    self.timeout = timeout
    name = isNumbered ? String(UInt32.random(in: 0 ... .max), radix: 36) : nil
    client = HTTPClient(configuration: .singleTry)
  }

  /// Begins to send.
  public func begin() {
    guard sending == nil else { return }
    sending = Task { await send() }
  }

  /// Sends nothing more, and returns when the last request is answered or has failed.
  public func stop() async -> TrafficReport {
    sending?.cancel()
    await sending?.value
    // Shutting a client down fails only when it is done twice.
    try? await client.shutdown()
    return report
  }

  private func send() async {
    await withDiscardingTaskGroup { group in
      var number = 0
      while !Task.isCancelled {
        // Each request has its place in time, so that a late one makes the next ones no later.
        try? await Task.sleep(until: start + .seconds(1) * (number - number % burst) / rate, clock: .continuous)
        if Task.isCancelled { return }
        number += 1
        let sequence = name.map { "\($0)-\(number)" }
        // The end of the traffic must not fail the requests that are on their way.
        group.addTask { await Task.detached { await self.request(sequence) }.value }
      }
    }
  }

  private func request(_ sequence: String?) async {
    let sent = ContinuousClock.now - start
    let result = await Self.identity(at: url, sequence, client: client, timeout: timeout)
    report.add(TrafficOutcome(sent: sent, ended: ContinuousClock.now - start, result: result))
  }

  private static func identity(
    at url: String, _ sequence: String?, client: HTTPClient, timeout: Duration
  ) async -> Result<InstanceIdentity, TrafficFault> {
    var request = HTTPClientRequest(url: url)
    request.headers.add(name: "Connection", value: "close")
    if let sequence { request.headers.add(name: HTTPField.Name.sequence.rawName, value: sequence) }
    do {
      let response = try await client.execute(
        request,
        timeout: .nanoseconds(
          timeout.components.seconds * 1_000_000_000 + timeout.components.attoseconds / 1_000_000_000))
      let body = try await response.body.collect(upTo: 65_536)
      guard response.status.code == 200 else { return .failure(TrafficFault(reason: "status \(response.status.code)")) }
      guard let identity = InstanceIdentity(json: Data(body.readableBytesView)) else {
        return .failure(TrafficFault(reason: "an answer that is not an instance's"))
      }
      return .success(identity)
    } catch {
      return .failure(TrafficFault(reason: "\(error)"))
    }
  }
}
