import FoundationEssentials
import Hummingbird
import Upgrade

/// Answers the few calls of Elasticsearch that a reindex from a remote datastore makes. It only reads.
struct DatastoreResponder: Sendable {
  let folder: DatastoreFolder
  let user: BasicUser?
  /// A line for each call, for tests: what was asked for, and how much of it.
  let log: String
  private let scrolls = ScrollStore()

  init(folder: DatastoreFolder, user: BasicUser?, log: String) {
    self.folder = folder
    self.user = user
    self.log = log
  }

  /// The answer to `call`.
  func answer(_ call: HTTPCall) async -> ServerAnswer {
    if let user, !call.isFrom(user) { return .unauthorized(realm: "datastore") }
    switch (call.method, call.path) {
    case (.get, []): return about
    case (.get, ["_cat", "indices"]): return await indices()
    case (.post, ["_search", "scroll"]): return next(call)
    case (.delete, ["_search", "scroll"]): return end(call)
    case (.post, _) where call.path.count == 2 && call.path[1] == "_search" && call.query["scroll"] != nil:
      return await search(call.path[0], call)
    default: return problem(.badRequest, "no handler found for uri [\(call.path.joined(separator: "/"))]")
    }
  }

  private var about: ServerAnswer {
    ServerAnswer(
      .ok,
      .object([
        "name": .string("zdulab"), "cluster_name": .string("SAG_EventDataStore"),
        "cluster_uuid": .string(folder.identity ?? ""), "version": .object(["number": .string("8.2.3")]),
        "tagline": .string("You Know, for Search"),
      ]))
  }

  private func indices() async -> ServerAnswer {
    let folder = folder
    let counts = try? await LoadThread.run { folder.indices.map { ($0, folder.identifiers(in: $0).count) } }
    return ServerAnswer(
      .ok,
      .array(
        (counts ?? []).map {
          .object(["health": .string("green"), "index": .string($0), "docs.count": .string("\($1)")])
        }))
  }

  private func search(_ index: String, _ call: HTTPCall) async -> ServerAnswer {
    guard let fields = call.fields, case .number(let number)? = fields["size"], let size = Int(exactly: number),
      (1...10_000).contains(size)
    else { return problem(.badRequest, "[size] must be 1 to 10000") }
    let folder = folder
    guard folder.indices.contains(index), let documents = try? await LoadThread.run({ folder.documents(in: index) })
    else { return problem(.notFound, "no such index [\(index)]") }
    TextFile.append("search \(index) \(size) \(documents.count)\n", to: log)
    guard let page = scrolls.begin(documents, of: index, size: size) else { return ServerAnswer(.internalServerError) }
    return answer(page)
  }

  private func next(_ call: HTTPCall) -> ServerAnswer {
    guard case .string(let id)? = call.fields?["scroll_id"], let page = scrolls.next(id) else {
      return problem(.notFound, "No search context found")
    }
    TextFile.append("scroll \(page.index) \(page.documents.count)\n", to: log)
    return answer(page)
  }

  private func end(_ call: HTTPCall) -> ServerAnswer {
    guard case .string(let id)? = call.fields?["scroll_id"] else { return problem(.badRequest, "no [scroll_id]") }
    scrolls.end(id)
    return ServerAnswer(.ok, .object(["succeeded": .bool(true)]))
  }

  private func answer(_ page: ScrollStore.Page) -> ServerAnswer {
    let index = JSONText.quoted(page.index)
    let hits = page.documents.map {
      "{\"_index\":\(index),\"_id\":\(JSONText.quoted($0.id)),\"_source\":\($0.source)}"
    }
    return ServerAnswer(
      .ok,
      json: """
        {"_scroll_id":\(JSONText.quoted(page.id)),"hits":{"total":{"value":\(page.total),"relation":"eq"},\
        "hits":[\(hits.joined(separator: ","))]}}
        """)
  }

  private func problem(_ status: HTTPResponse.Status, _ reason: String) -> ServerAnswer {
    ServerAnswer(
      status, .object(["error": .object(["reason": .string(reason)]), "status": .number(Double(status.code))]))
  }
}
