import FoundationEssentials
import Glibc
import Upgrade

/// The data of a simulated datastore on disk, which several gateways may use at once.
///
/// An index is a folder of segments, files that only grow; each line is a document's name, a tab and its JSON. A writer
/// has segments of its own, so no two ever meet; of the documents of one name the last one counts, as in Elasticsearch.
struct DatastoreFolder: Sendable {
  let path: String

  private var indicesPath: String { "\(path)/indices" }

  /// What tells one datastore from another.
  var identity: String? { TextFile.read("\(path)/identity") }
  /// Where its webhooks are: outside of the indices, so that `clean` leaves them.
  var webhooks: String { "\(path)/webhooks.json" }
  /// Where the state of the migration is.
  var migration: String { "\(path)/migration.json" }

  /// Makes the folder where it is not there yet.
  func make() throws(Failure) {
    try TextFile.makeFolder(indicesPath)
    if identity == nil { try TextFile.write(String(UInt64.random(in: 0 ... .max), radix: 16), to: "\(path)/identity") }
  }

  /// The names of its indices.
  var indices: [String] { Self.names(in: indicesPath) }

  /// The documents of an index, none where it is not there.
  func documents(in index: String) -> [StoredDocument] {
    var places: [String: Int] = [:]
    var documents: [StoredDocument] = []
    for segment in segments(of: index) {
      for document in SegmentReader.documents(segment) {
        if let place = places[document.id] {
          documents[place] = document
        } else {
          places[document.id] = documents.count
          documents.append(document)
        }
      }
    }
    return documents
  }

  /// The names of the documents of an index.
  func identifiers(in index: String) -> Set<String> { Set(documents(in: index).map(\.id)) }

  /// Adds documents at the end of a segment, all at once or not at all for whoever reads.
  func append(_ documents: [StoredDocument], to index: String, segment: String) throws(Failure) {
    guard !documents.isEmpty else { return }
    let folder = "\(indicesPath)/\(index)"
    try TextFile.makeFolder(folder)
    let text = documents.map { "\($0.id)\t\($0.source)\n" }.joined()
    let descriptor = open("\(folder)/\(segment)", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Failure(.io, "write \(folder)/\(segment): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    guard TextFile.write(Array(text.utf8), to: descriptor) else {
      throw Failure(.io, "write \(folder)/\(segment): \(String(cString: strerror(errno)))")
    }
  }

  /// Puts `documents` in the place of all that an index has.
  func replace(_ documents: [StoredDocument], in index: String) throws(Failure) {
    let old = segments(of: index)
    let folder = "\(indicesPath)/\(index)"
    try TextFile.makeFolder(folder)
    let text = documents.map { "\($0.id)\t\($0.source)\n" }.joined()
    // The new segment's name sorts behind the old ones, so the moment between the two is a good one too.
    try TextFile.write(text, to: "\(folder)/\(Self.segmentName("whole"))")
    for segment in old { unlink(segment) }
  }

  /// Empties it, and puts what was there into `backup`, if there is one.
  func clean(backup: String?) throws(Failure) {
    let old = "\(path)/removed-\(UInt32.random(in: 0 ... .max))"
    guard rename(indicesPath, old) == 0 else {
      throw Failure(.io, "clean \(path): \(String(cString: strerror(errno)))")
    }
    try TextFile.makeFolder(indicesPath)
    do {
      if let backup {
        try TextFile.makeFolder(backup)
        try FileManager.default.copyItem(atPath: old, toPath: "\(backup)/\(Self.segmentName("backup"))")
      }
      try FileManager.default.removeItem(atPath: old)
    } catch {
      throw Failure.from(error, as: .io).inContext("clean \(path)")
    }
  }

  /// Copies all indices below `backup`.
  func back(up backup: String) throws(Failure) {
    do {
      try TextFile.makeFolder(backup)
      try FileManager.default.copyItem(atPath: indicesPath, toPath: "\(backup)/\(Self.segmentName("backup"))")
    } catch {
      throw Failure.from(error, as: .io).inContext("back up \(path)")
    }
  }

  /// A name that sorts behind those made before it.
  static func segmentName(_ writer: String) -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let stamp = String(time.tv_sec * 1_000_000_000 + time.tv_nsec)
    return "\(String(repeating: "0", count: max(0, 20 - stamp.utf8.count)))\(stamp)-\(writer)"
  }

  private func segments(of index: String) -> [String] {
    Self.names(in: "\(indicesPath)/\(index)").filter { !$0.hasSuffix(".draft") }.map { "\(indicesPath)/\(index)/\($0)" }
  }

  private static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }
}
