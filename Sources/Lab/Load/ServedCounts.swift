import FoundationEssentials

/// What the instances of a lab have written down about one load.
struct ServedCounts: Sendable, Hashable {
  /// What is known of one request.
  struct Count: Sendable, Hashable {
    var begun = 0
    var completed = 0
    /// The processes that served it, as their files are named.
    var servers: [String] = []
  }

  private var counts: [String: Count] = [:]

  /// Nothing yet.
  init() {}

  /// Reads the records in `directory` of the load `run`.
  init(in directory: String, run: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    for name in names.sorted() {
      let text = TextFile.read("\(directory)/\(name)") ?? ""
      for line in text.utf8.split(separator: UInt8(ascii: "\n")) { add(Substring(line), run: run, server: name) }
    }
  }

  /// What is known of the request; nothing where no instance has seen it.
  subscript(_ sequence: String) -> Count { counts[sequence] ?? Count() }

  /// Counts one line.
  mutating func add(_ line: Substring, run: String, server: String) {
    let sequence = String(line.dropFirst(2))
    guard sequence.hasPrefix("\(run)-") else { return }
    if line.hasPrefix("b ") {
      counts[sequence, default: Count()].begun += 1
      counts[sequence, default: Count()].servers.append(server)
    } else if line.hasPrefix("c ") {
      counts[sequence, default: Count()].completed += 1
    }
  }
}
