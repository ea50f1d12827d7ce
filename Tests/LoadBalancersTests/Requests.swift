import AsyncHTTPClient
import NIOCore
import Synchronization

/// One request on a connection of its own: the backend that answered, and what it said.
func request(_ url: String) async throws -> (backend: String, status: UInt, body: [UInt8]) {
  var request = HTTPClientRequest(url: url)
  request.headers.add(name: "Connection", value: "close")
  let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
  let body = try await response.body.collect(upTo: 1 << 20)
  return (response.headers.first(name: "X-Backend") ?? "", response.status.code, Array(body.readableBytesView))
}

/// A request whose answer has begun and is not read on before `finish`.
struct HeldRequest: Sendable {
  let backend: String
  private let response: HTTPClientResponse

  init(_ url: String) async throws {
    var request = HTTPClientRequest(url: url)
    request.headers.add(name: "Connection", value: "close")
    response = try await HTTPClient.shared.execute(request, timeout: .minutes(5))
    backend = response.headers.first(name: "X-Backend") ?? ""
  }

  /// Reads the whole answer and gives its length in bytes.
  func finish() async throws -> Int {
    var length = 0
    for try await piece in response.body { length += piece.readableBytes }
    return length
  }
}

/// The backends that answer `count` requests, one after another.
func answering(_ url: String, count: Int = 40) async throws -> Set<String> {
  var backends: Set<String> = []
  for _ in 0..<count { backends.insert(try await request(url).backend) }
  return backends
}

/// Requests without a break until it is stopped; counts those that were not answered with 200.
final class Traffic: Sendable {
  private let counts = Mutex((sent: 0, failed: 0))
  private let task = Mutex<Task<Void, Never>?>(nil)

  init(_ url: String) {
    task.withLock {
      $0 = Task {
        while !Task.isCancelled {
          let isAnswered = (try? await request(url).status) == 200
          self.counts.withLock { $0 = ($0.sent + 1, $0.failed + (isAnswered ? 0 : 1)) }
        }
      }
    }
  }

  var sent: Int { counts.withLock { $0.sent } }

  /// Ends after the request that is under way; how many failed.
  func stop() async -> Int {
    let task = task.withLock { $0 }
    // Cancelled between two requests only, as a request that we break off is not the balancer's failure.
    let before = counts.withLock { $0.failed }
    task?.cancel()
    await task?.value
    return before
  }
}

/// Whether `condition` comes true within `limit`.
func eventually(within limit: Duration = .seconds(20), _ condition: () async throws -> Bool) async rethrows -> Bool {
  let deadline = ContinuousClock.now + limit
  while ContinuousClock.now < deadline {
    if try await condition() { return true }
    try? await Task.sleep(for: .milliseconds(10))
  }
  return try await condition()
}
