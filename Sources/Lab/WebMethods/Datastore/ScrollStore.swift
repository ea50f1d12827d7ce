import Synchronization

/// The searches of a datastore that are read page by page.
final class ScrollStore: Sendable {
  /// One page.
  struct Page: Sendable {
    let id: String
    let index: String
    let total: Int
    let documents: ArraySlice<StoredDocument>
  }

  private struct Scroll {
    let index: String
    let documents: [StoredDocument]
    let size: Int
    var next = 0
  }

  private let scrolls = Mutex<[String: Scroll]>([:])

  /// Begins to read `documents`, as they are now.
  func begin(_ documents: [StoredDocument], of index: String, size: Int) -> Page? {
    let id = String(UInt64.random(in: 0 ... .max), radix: 36)
    scrolls.withLock { $0[id] = Scroll(index: index, documents: documents, size: size) }
    return next(id)
  }

  /// The next page, without documents at the end; nil where nobody reads under this name.
  func next(_ id: String) -> Page? {
    scrolls.withLock { scrolls in
      guard var scroll = scrolls[id] else { return nil }
      let page = scroll.documents[scroll.next..<min(scroll.next + scroll.size, scroll.documents.count)]
      scroll.next += page.count
      scrolls[id] = scroll
      return Page(id: id, index: scroll.index, total: scroll.documents.count, documents: page)
    }
  }

  /// Forgets it.
  func end(_ id: String) { scrolls.withLock { _ = $0.removeValue(forKey: id) } }
}
