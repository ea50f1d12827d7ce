import AsyncHTTPClient
import FoundationEssentials
import Upgrade

/// Another gateway's datastore, read over HTTP as Elasticsearch's reindex from a remote cluster does.
struct RemoteDatastore: Sendable {
  /// Without a slash at the end.
  let url: String
  let user: BasicUser?
  let client: HTTPClient

  /// What tells it from other datastores.
  ///
  /// - Throws: `Failure` of kind `.unreachable`, `.authentication`, or `.refused` where something else answers.
  func identity() async throws -> String {
    guard let identity = JSONText.fields(try await ask(.GET, "/", nil))?["cluster_uuid"] as? String else {
      throw Failure(.refused, "\(url) is no datastore")
    }
    return identity
  }

  /// The names of its indices.
  func indices() async throws -> [String] {
    struct Row: Decodable { let index: String }
    let data = try await ask(.GET, "/_cat/indices?format=json", nil)
    do {
      return try JSONDecoder().decode([Row].self, from: data).map(\.index)
    } catch {
      throw Failure(.refused, "\(url) is no datastore")
    }
  }

  /// Hands over all documents of an index, `size` at a time.
  func read(_ index: String, size: Int, _ body: ([StoredDocument]) async throws -> Void) async throws {
    let name = index.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? index
    var page = try page(await ask(.POST, "/\(name)/_search?scroll=1m", "{\"size\":\(size)}"))
    while !page.documents.isEmpty {
      try await body(page.documents)
      let next = "{\"scroll\":\"1m\",\"scroll_id\":\(JSONText.quoted(page.id))}"
      page = try self.page(await ask(.POST, "/_search/scroll", next))
    }
    _ = try await ask(.DELETE, "/_search/scroll", "{\"scroll_id\":\(JSONText.quoted(page.id))}")
  }

  private func page(_ data: Data) throws(Failure) -> (id: String, documents: [StoredDocument]) {
    guard let fields = JSONText.fields(data), let id = fields["_scroll_id"] as? String,
      let hits = (fields["hits"] as? [String: Any])?["hits"] as? [[String: Any]]
    else { throw Failure(.refused, "\(url) gave no page of documents") }
    let documents = hits.compactMap { hit -> StoredDocument? in
      guard let id = hit["_id"] as? String, let source = hit["_source"] as? [String: Any] else { return nil }
      return JSONText.line(source).map { StoredDocument(id: id, source: $0) }
    }
    guard documents.count == hits.count else { throw Failure(.refused, "\(url) gave a document that is none") }
    return (id, documents)
  }

  private func ask(_ method: HTTPMethodName, _ path: String, _ body: String?) async throws -> Data {
    var request = HTTPClientRequest(url: url + path)
    request.method = .init(rawValue: method.rawValue)
    if let user { request.headers.add(name: "Authorization", value: user.authorization) }
    if let body {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(Array(body.utf8))
    }
    let status: UInt
    let data: Data
    do {
      let response = try await client.execute(request, timeout: .seconds(30))
      status = response.status.code
      data = Data(try await response.body.collect(upTo: 64 << 20).readableBytesView)
    } catch {
      throw Failure(.unreachable, "the datastore \(url) does not answer", evidence: ["\(error)"])
    }
    switch status {
    case 200: return data
    case 401, 403: throw Failure(.authentication, "the datastore \(url) does not take this user name and password")
    default: throw Failure(.refused, "the datastore \(url) answered \(status) to \(method.rawValue) \(path)")
    }
  }

  private enum HTTPMethodName: String {
    case GET, POST, DELETE
  }
}
