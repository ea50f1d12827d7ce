/// A method of HTTP that a probe may use.
public enum ProbeMethod: String, Sendable, Hashable, Codable, CaseIterable {
  case get = "GET"
  case head = "HEAD"
  case options = "OPTIONS"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
}
