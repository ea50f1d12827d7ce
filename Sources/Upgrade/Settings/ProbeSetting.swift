/// What the traffic probe asks, as the file has it: a value from a file is not read yet.
public struct ProbeSetting: Sendable, Hashable {
  /// Where a header's value comes from.
  public enum HeaderValue: Sendable, Hashable {
    /// The value itself.
    case text(Secret)
    /// The path of the file that holds it.
    case file(String)
  }

  /// The address.
  public let url: String
  /// The method.
  public let method: ProbeMethod
  /// The status codes that are good answers.
  public let expectedStatuses: [Int]
  /// The headers by name.
  public let headers: [String: HeaderValue]
  /// Whose certificate is believed.
  public let tls: TLSTrust

  /// A probe; without more, a GET that must be answered with 200.
  public init(
    url: String, method: ProbeMethod = .get, expectedStatuses: [Int] = [200], headers: [String: HeaderValue] = [:],
    tls: TLSTrust = TLSTrust()
  ) {
    self.url = url
    self.method = method
    self.expectedStatuses = expectedStatuses
    self.headers = headers
    self.tls = tls
  }
}
