import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Report
import ReportServer
import Testing
import Upgrade

@Suite("The report in a browser while the run is under way")
struct ReportServerTests {
  private static let start = Date(timeIntervalSince1970: 1_800_000_000)

  private static func story(_ events: [Event]) -> RunStory {
    var story = RunStory()
    let origin = RunOrigin(
      run: RunID(start, bits: 1), version: "1.2", host: "control", processID: 7, user: "ops", nodes: ["A"])
    for (index, event) in ([.opened(origin)] + events).enumerated() {
      story.take(JournalEntry(number: index + 1, time: start.addingTimeInterval(Double(index)), event: event))
    }
    return story
  }

  private static func page(_ events: [Event] = []) -> ReportPage {
    ReportPage(story(events), now: start.addingTimeInterval(60))
  }

  /// A server of `page` for `body`, and an answer's status, headers and text by its path below the URL.
  private func serve(
    _ page: LivePage, _ body: (_ server: ReportServer, _ get: Get) async throws -> Void
  ) async throws {
    let server = try await ReportServer.start(host: "127.0.0.1", port: 0, setting: "--listen", page)
    do {
      try await body(server, Get())
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  private struct Get {
    func callAsFunction(_ url: String, _ method: HTTPMethod = .GET) async throws -> (Int, HTTPHeaders, String) {
      var request = HTTPClientRequest(url: url)
      request.method = method
      let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
      return (
        Int(response.status.code), response.headers, String(buffer: try await response.body.collect(upTo: 1 << 22))
      )
    }

    /// What the stream at `url` has sent when all `parts` are in it.
    func stream(_ url: String, after id: Int? = nil, until parts: String...) async throws -> String {
      var request = HTTPClientRequest(url: url)
      if let id { request.headers.add(name: "Last-Event-ID", value: "\(id)") }
      let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
      #expect(response.headers["content-type"] == ["text/event-stream"])
      var text = ""
      for try await piece in response.body {
        text += String(buffer: piece)
        if parts.allSatisfy(text.contains) { break }
      }
      return text
    }
  }

  @Test("is a page that may run its own script and load nothing, and that is not kept")
  func page() async throws {
    try await serve(LivePage(Self.page())) { server, get in
      let (code, headers, text) = try await get(server.url)
      #expect(code == 200 && headers["cache-control"] == ["no-store"] && headers["referrer-policy"] == ["no-referrer"])
      let nonce = try #require(text.firstMatch(of: /script-src &#39;nonce-([A-Za-z0-9_-]{43})&#39;/)?.1)
      #expect(text.contains("<script nonce=\"\(nonce)\" data-events=\"events?since=0\">"))
      #expect(text.contains("default-src 'none'") && text.contains("id=\"part-timeline\""))
      let again = try await get(server.url).2
      #expect(!again.contains(nonce), "each page has a nonce of its own")
    }
  }

  @Test("nobody gets it without the whole URL, and nobody can do more than read")
  func closed() async throws {
    try await serve(LivePage(Self.page())) { server, get in
      let root = server.url.split(separator: "/").dropLast().joined(separator: "/").replacing("http:/", with: "http://")
      for path in ["/", "/x/", "/\(URLToken().text.reveal())/", "/\(URLToken().text.reveal())/events"] {
        let (code, _, text) = try await get(root + path)
        #expect(code == 404 && !text.contains("Upgrade"), "\(path)")
      }
      for path in ["../", "other", "events/more", "%2e%2e/"] { #expect(try await get(server.url + path).0 == 404) }
      for method in [HTTPMethod.POST, .PUT, .DELETE] { #expect(try await get(server.url, method).0 == 405) }
    }
  }

  @Test("sends the parts that change, each once, and after a lost connection those that were missed")
  func stream() async throws {
    let page = LivePage(Self.page())
    try await serve(page) { server, get in
      async let first = get.stream(server.url + "events?since=0", until: "id: 1\n", "event: title")
      await page.show(Self.page([.note(node: nil, text: "it is <so>\nand so")]))
      let text = try await first
      #expect(text.contains(#"event: part\#ndata: {"id":"events","markup":""#) && text.contains("it is &lt;so&gt;"))
      #expect(!text.contains(#""id":"result""#), "what has not changed is not sent")
      await page.show(Self.page([.note(node: nil, text: "another")]))
      let missed = try await get.stream(server.url + "events?since=0", after: 1, until: "id: 2\n")
      #expect(missed.contains("another") && !missed.contains("it is"))
      let all = try await get.stream(server.url + "events", until: "id: 2\n")
      #expect(all.contains(#""id":"result""#) && all.contains(#""id":"head""#))
    }
  }

  @Test("an address that cannot be listened on is refused with the option")
  func taken() async throws {
    try await serve(LivePage(Self.page())) { server, _ in
      let port = try #require(server.url.firstMatch(of: /:([0-9]+)\//).flatMap { Int($0.1) })
      await #expect {
        _ = try await ReportServer.start(host: "127.0.0.1", port: port, setting: "--listen", LivePage(Self.page()))
      } throws: { error in
        (error as? Failure)?.description.contains(
          "show the report on 127.0.0.1:\(port): something listens there already; end that ('ss -ltnp' shows it), or give "
            + "another port in --listen") == true
      }
    }
  }
}
