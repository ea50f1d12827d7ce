import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import NIOCore
import Report
import Upgrade

/// Answers one request for the report.
struct ReportDesk: Sendable {
  let token: URLToken
  let page: LivePage
  /// How often a stream says that it is there, so that one that nobody reads any more ends.
  private static let heartbeat = Duration.seconds(15)
  private static let lastEventID = HTTPField.Name("Last-Event-ID")!

  func answer(_ request: Request) async -> Response {
    let path = request.head.path ?? ""
    let parts = path.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, token.matches(String(parts[1])), ["", "events"].contains(parts[2]) else {
      return plain(.notFound, "There is nothing here. The whole URL is the one that zdupgrade watch has printed.\n")
    }
    guard request.method == .get else {
      var response = plain(.methodNotAllowed, "The report can be read, and nothing else.\n")
      response.headers[.allow] = "GET"
      return response
    }
    guard parts[2] == "events" else { return await document() }
    let query = path.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
    let seen = request.headers[Self.lastEventID].flatMap { Int($0) } ?? Int(query.dropFirst("since=".count)) ?? -1
    return stream(since: seen)
  }

  private func document() async -> Response {
    let nonce = URLToken().text.reveal()
    let text = await page.text(events: { "events?since=\($0)" }, nonce: nonce)
    return Response(
      status: .ok, headers: Self.headers("text/html; charset=utf-8"), body: .init(byteBuffer: ByteBuffer(string: text)))
  }

  private func plain(_ status: HTTPResponse.Status, _ text: String) -> Response {
    Response(
      status: status, headers: Self.headers("text/plain; charset=utf-8"),
      body: .init(byteBuffer: ByteBuffer(string: text)))
  }

  private func stream(since first: Int) -> Response {
    let body = ResponseBody { [page] writer in
      var seen = first
      try await writer.write(ByteBuffer(string: ": here\n\n"))
      while !Task.isCancelled {
        let known = seen
        let news = await Self.within(Self.heartbeat) { await page.changes(since: known) }
        if let news, news.version > seen {
          seen = news.version
          try await writer.write(ByteBuffer(string: Self.text(news.parts, news.title, seen)))
        } else {
          try await writer.write(ByteBuffer(string: ": still here\n\n"))
        }
      }
      try await writer.finish(nil)
    }
    return Response(status: .ok, headers: Self.headers("text/event-stream"), body: body)
  }

  /// What `body` gives, or nil when that takes too long.
  private static func within<Result: Sendable>(
    _ limit: Duration, _ body: @escaping @Sendable () async -> Result
  ) async -> Result? {
    await withTaskGroup(of: Result?.self) { group in
      group.addTask { await body() }
      group.addTask {
        try? await Task.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      return await group.next() ?? nil
    }
  }

  /// The events that tell of `parts`; the last one has their version as its id, so that none is lost with a connection.
  private static func text(_ parts: [ReportPage.Part], _ title: String, _ version: Int) -> String {
    let events = parts.map { "event: part\ndata: {\"id\":\(json($0.id)),\"markup\":\(json($0.markup))}\n\n" }
    return events.joined() + "id: \(version)\nevent: title\ndata: \(json(title))\n\n"
  }

  private static func json(_ text: String) -> String {
    (try? JSONEncoder().encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }

  private static func headers(_ type: String) -> HTTPFields {
    var headers: HTTPFields = [
      .contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
      .contentSecurityPolicy: "frame-ancestors 'none'",
    ]
    headers[HTTPField.Name("Referrer-Policy")!] = "no-referrer"
    return headers
  }
}
