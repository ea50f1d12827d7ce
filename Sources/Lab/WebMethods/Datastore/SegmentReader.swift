import Glibc

/// Reads a segment, in bytes because there may be millions of them.
enum SegmentReader {
  /// Its documents; a last line that is not whole yet is left out.
  static func documents(_ path: String) -> [StoredDocument] {
    guard let bytes = TextFile.bytes(path) else { return [] }
    return bytes.withUnsafeBytes { all in
      guard let base = all.baseAddress else { return [] }
      var documents: [StoredDocument] = []
      var start = 0
      while let end = find(0x0A, in: base, from: start, to: all.count) {
        if let tab = find(0x09, in: base, from: start, to: end) {
          documents.append(StoredDocument(id: text(all[start..<tab]), source: text(all[(tab + 1)..<end])))
        }
        start = end + 1
      }
      return documents
    }
  }

  private static func find(_ byte: Int32, in base: UnsafeRawPointer, from start: Int, to end: Int) -> Int? {
    guard start < end, let found = memchr(base + start, byte, end - start) else { return nil }
    return UnsafeRawPointer(found) - base
  }

  private static func text(_ slice: Slice<UnsafeRawBufferPointer>) -> String {
    String(decoding: UnsafeRawBufferPointer(rebasing: slice), as: UTF8.self)
  }
}
