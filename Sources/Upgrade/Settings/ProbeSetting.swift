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

extension ProbeSetting {
  /// The targets of `probes`, with the headers' values from their files.
  ///
  /// - Parameters:
  ///   - file: the configuration file's name, for messages.
  ///   - contents: the bytes of the file at a path; nil where it cannot be read.
  /// - Throws: `Failure` that names the key whose file cannot be read, or whose value is no header's.
  public static func targets(
    of probes: [ProbeSetting], file: String, contents: (String) -> [UInt8]?
  ) throws(Failure) -> [ProbeTarget] {
    var targets: [ProbeTarget] = []
    for (index, probe) in probes.enumerated() {
      var headers: [ProbeTarget.Header] = []
      for (name, value) in probe.headers.sorted(by: { $0.key < $1.key }) {
        let place = "\(file): probes[\(index)].headers.\(name)"
        headers.append(.init(name, try secret(value, place, contents)))
      }
      targets.append(
        ProbeTarget(
          url: probe.url, method: probe.method, expectedStatuses: probe.expectedStatuses, headers: headers,
          tls: probe.tls))
    }
    return targets
  }

  private static func secret(
    _ value: HeaderValue, _ place: String, _ contents: (String) -> [UInt8]?
  ) throws(Failure) -> Secret {
    switch value {
    case .text(let secret): return secret
    case .file(let path):
      guard let bytes = contents(path) else { throw Failure(.io, "\(place).file: \(path): cannot be read") }
      guard var text = String(validating: bytes, as: UTF8.self) else {
        throw Failure(.refused, "\(place).file: \(path): is not UTF-8 text")
      }
      if text.hasSuffix("\n") { text.removeLast() }  // also drops "\r\n", which is one character
      if let problem = ProbeSettings.problem(headerValue: text) {
        throw Failure(.refused, "\(place).file: \(path): \(problem)")
      }
      return Secret(text)
    }
  }
}
