import Crypto
import Foundation
import Upgrade

/// The SHA-256 by which a run's journal knows what its plan was made from.
enum Digest {
  /// Of `bytes`, in hexadecimal.
  static func of(bytes: some DataProtocol) -> String {
    SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Of `value`, as JSON with its keys in order.
  static func of(_ value: some Encodable) throws(Failure) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    do { return of(bytes: try encoder.encode(value)) } catch {
      throw Failure(.refused, "what the plan is made from cannot be written as JSON: \(error)")
    }
  }

  /// Of the file at `path`; nil where there is no path.
  static func ofFile(_ path: String?) throws(Failure) -> String? {
    guard let path else { return nil }
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw Failure(.io, "\(path): cannot be read")
    }
    return of(bytes: bytes)
  }
}
