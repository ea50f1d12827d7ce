import Foundation
import Upgrade

/// Reads the journal of a run, entry by entry, and later what was added to it; no more of it than a line is in memory.
///
/// What a crash may leave is taken: a last line without its line end is no entry, since nobody was told that it was
/// written. Anything else that is not as it was written is refused with its place.
public struct JournalFollower: Sendable {
  private static let pieceSize = 1 << 16
  private static let longestLine = 64 << 20

  /// The journal's path.
  public let path: String
  private var number = 0
  /// How many bytes of the journal are read, all in lines that have ended.
  private var offset: off_t = 0

  /// A follower of the journal at `path`, from its beginning.
  public init(_ path: String) { self.path = path }

  /// Hands every entry that is new since the last time to `body`, in order.
  ///
  /// - Returns: how many bytes of a line that has not ended stand behind the last entry.
  /// - Throws: `Failure` of kind `.io` when the file cannot be read, of kind `.refused` when it is broken, has a gap, or was
  ///   written by another version; what `body` throws.
  @discardableResult
  public mutating func read(_ body: (JournalEntry) throws -> Void) throws -> Int {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure.system("journal \(path): cannot be opened", remedy: nil) }
    defer { close(descriptor) }
    guard lseek(descriptor, offset, SEEK_SET) == offset else {
      throw Failure.system("journal \(path): cannot be read", remedy: nil)
    }
    var piece = [UInt8](repeating: 0, count: Self.pieceSize)
    var line: [UInt8] = []
    while true {
      let count = Foundation.read(descriptor, &piece, piece.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Failure.system("journal \(path): cannot be read", remedy: nil) }
      guard count > 0 else { return line.count }
      var rest = piece[..<count]
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        line += rest[..<end]
        rest = rest[(end + 1)...]
        number += 1
        offset += off_t(line.count + 1)
        try body(entry(line, number))
        line.removeAll(keepingCapacity: true)
      }
      line += rest
      guard line.count <= Self.longestLine else { throw complaint(number + 1, "is too long to be an entry") }
    }
  }

  /// The entry that stands in line `number`, and is to have that number.
  private func entry(_ line: [UInt8], _ number: Int) throws(Failure) -> JournalEntry {
    do {
      let entry = try JournalEntry(line: line)
      guard entry.number == number else {
        throw complaint(number, "is entry \(entry.number), so entries are missing or were put in")
      }
      return entry
    } catch let failure as Failure {
      throw failure
    } catch JournalEntry.Flaw.unknownSchema(let schema) {
      throw complaint(number, "is of schema \(schema), and this zdupgrade knows \(JournalEntry.schema)")
    } catch JournalEntry.Flaw.unknownEvent(let kind) {
      throw complaint(number, "has an event that is not known ('\(kind)'): it was written by another zdupgrade")
    } catch JournalEntry.Flaw.broken(let reason) {
      throw complaint(number, "is broken: \(reason)")
    } catch {
      throw complaint(number, "is broken")
    }
  }

  private func complaint(_ line: Int, _ what: String) -> Failure {
    Failure(.refused, "journal \(path):\(line): \(PlainText.oneLine(what))")
  }
}
