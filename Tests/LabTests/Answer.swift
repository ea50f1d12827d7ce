import AsyncHTTPClient
import FoundationEssentials

@testable import Lab

/// The answer to one request, asked once.
struct Answer {
  let status: UInt?
  let headers: [String: String]
  let body: String
  /// In how many pieces the body came.
  let pieces: Int

  static func get(_ url: String, _ headers: [String: String] = [:]) async -> Answer {
    await ask(HTTPClientRequest(url: url), headers)
  }

  static func post(_ url: String, _ body: String, _ headers: [String: String] = [:]) async -> Answer {
    var request = HTTPClientRequest(url: url)
    request.method = .POST
    request.body = .bytes(Array(body.utf8))
    return await ask(request, headers)
  }

  static func send(_ method: String, _ url: String, _ body: String?, _ headers: [String: String]) async -> Answer {
    var request = HTTPClientRequest(url: url)
    request.method = .init(rawValue: method)
    if let body { request.body = .bytes(Array(body.utf8)) }
    return await ask(request, headers)
  }

  private static func ask(_ request: HTTPClientRequest, _ headers: [String: String]) async -> Answer {
    var request = request
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    let client = HTTPClient(configuration: .singleTry)
    let answer = await read(client, request)
    try? await client.shutdown()
    return answer ?? Answer(status: nil, headers: [:], body: "", pieces: 0)
  }

  private static func read(_ client: HTTPClient, _ request: HTTPClientRequest) async -> Answer? {
    guard let response = try? await client.execute(request, timeout: .seconds(30)) else { return nil }
    var (body, pieces) = ([UInt8](), 0)
    do {
      for try await piece in response.body {
        body += piece.readableBytesView
        pieces += 1
      }
    } catch {
      return nil
    }
    let headers = response.headers.map { ($0.name.lowercased(), $0.value) }
    return Answer(
      status: response.status.code, headers: Dictionary(headers) { $1 }, body: String(decoding: body, as: UTF8.self),
      pieces: pieces)
  }
}
