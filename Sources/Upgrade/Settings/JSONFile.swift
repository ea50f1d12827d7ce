import Foundation

/// Reads JSON into a tree of plain values, and says where it is broken.
public enum JSONFile {
  /// The value in `bytes`.
  ///
  /// - Throws: `Failure` of kind `.refused` that names `file` and the line.
  public static func parse(_ bytes: Data, file: String) throws(Failure) -> Setting {
    if let offset = firstInvalidUTF8(bytes) {
      throw Failure(.refused, "\(file):\(line(of: offset, in: bytes)): is not UTF-8 text")
    }
    do {
      return try JSONDecoder().decode(Setting.self, from: bytes)
    } catch {
      throw syntaxFailure(bytes, file: file)
    }
  }

  /// `JSONDecoder` does not say where; the older `JSONSerialization` does, in a text only.
  private static func syntaxFailure(_ bytes: Data, file: String) -> Failure {
    do {
      _ = try JSONSerialization.jsonObject(with: bytes, options: .fragmentsAllowed)
    } catch {
      let text = (error as NSError).userInfo["NSDebugDescription"] as? String ?? "not valid JSON"
      let offset = text.split(whereSeparator: { !$0.isNumber }).last.flatMap { Int($0) }
      let place = line(of: min(offset ?? bytes.count, bytes.count), in: bytes)
      let problem = offset == nil ? "the file ends too early (truncated?)" : "not valid JSON here"
      return Failure(.refused, "\(file):\(place): \(problem)")
    }
    return Failure(.refused, "\(file): not valid JSON")
  }

  private static func line(of offset: Int, in bytes: Data) -> Int {
    1 + bytes.prefix(offset).count { $0 == UInt8(ascii: "\n") }
  }

  private static func firstInvalidUTF8(_ bytes: Data) -> Int? {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): offset += UTF8.width(scalar)
      case .emptyInput: return nil
      case .error: return offset
      }
    }
  }
}
