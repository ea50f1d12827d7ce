/// What the traffic probe asks for, as one of the users would.
///
/// It is not `Codable`: its headers may carry credentials, which have no place in a plan, a journal or a report.
public struct ProbeTarget: Sendable, Hashable {
  /// A header of the request; the value never shows when it is printed.
  public struct Header: Sendable, Hashable {
    /// The header's name.
    public let name: String
    /// Its value.
    public let value: Secret

    /// A header.
    public init(_ name: String, _ value: Secret) {
      self.name = name
      self.value = value
    }
  }

  /// The address, without user or password; also the target's name in every line about it.
  public let url: String
  /// The method; the body of the request is empty.
  public let method: ProbeMethod
  /// The status codes that are good answers.
  public let expectedStatuses: [Int]
  /// What is sent besides the usual headers.
  public let headers: [Header]
  /// Whose certificate is believed.
  public let tls: TLSTrust

  /// A target; without more, a GET that must be answered with 200.
  public init(
    url: String, method: ProbeMethod = .get, expectedStatuses: [Int] = [200], headers: [Header] = [],
    tls: TLSTrust = TLSTrust()
  ) {
    self.url = url
    self.method = method
    self.expectedStatuses = expectedStatuses
    self.headers = headers
    self.tls = tls
  }

  /// The question in one phrase, the headers by their names only: `GET https://api.example/ping, expecting 200`.
  public var question: String {
    var text = "\(method.rawValue) \(url), expecting \(expectedStatuses.map(String.init).joined(separator: " or "))"
    if !headers.isEmpty { text += ", with \(headers.map(\.name).joined(separator: ", "))" }
    if let file = tls.caFile { text += ", trusting \(file)" }
    if tls.isInsecure { text += ", whose certificate is not checked" }
    return text
  }
}
