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
