import FoundationEssentials

/// A name and a password for basic authentication.
struct BasicUser: Sendable, Hashable {
  let name: String
  let password: String

  /// The value of the `Authorization` header.
  var authorization: String { "Basic \(Data("\(name):\(password)".utf8).base64EncodedString())" }
}
