import ArgumentParser

/// Where is listened: `127.0.0.1:8080`, `[::1]:0`, `host:8080`.
struct ListenAddress: ExpressibleByArgument, CustomStringConvertible, Sendable {
  /// A name or an address, without brackets.
  let host: String
  /// A TCP port; 0 for any that is free.
  let port: Int

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  init?(argument: String) {
    guard let colon = argument.lastIndex(of: ":"), let port = UInt16(argument[argument.index(after: colon)...]) else {
      return nil
    }
    var host = argument[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty else { return nil }
    self.init(host: String(host), port: Int(port))
  }

  var description: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
  var defaultValueDescription: String { description }

  /// Whether only this machine can come by it.
  var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}
