import FoundationEssentials
import NIOCore
import NIOHTTP1
import Upgrade

/// A probe's request, ready to be sent.
struct ProbeRequest: Sendable {
  let host: String
  let port: Int
  let isSecure: Bool
  let head: HTTPRequestHead

  /// The request for `target`; nil where its URL is none of HTTP.
  init?(_ target: ProbeTarget) {
    guard let url = URLComponents(string: target.url), let scheme = url.scheme?.lowercased(),
      ["http", "https"].contains(scheme), let name = url.encodedHost, !name.isEmpty
    else { return nil }
    isSecure = scheme == "https"
    host = name.hasPrefix("[") ? String(name.dropFirst().dropLast()) : name
    port = url.port ?? (isSecure ? 443 : 80)
    let path = url.percentEncodedPath.isEmpty ? "/" : url.percentEncodedPath
    var headers = HTTPHeaders()
    headers.add(name: "Host", value: url.port.map { "\(name):\($0)" } ?? name)
    headers.add(name: "User-Agent", value: "zdupgrade")
    headers.add(name: "Accept", value: "*/*")
    if [.post, .put, .patch].contains(target.method) { headers.add(name: "Content-Length", value: "0") }
    for header in target.headers { headers.replaceOrAdd(name: header.name, value: header.value.reveal()) }
    headers.replaceOrAdd(name: "Connection", value: "close")
    head = HTTPRequestHead(
      version: .http1_1, method: HTTPMethod(rawValue: target.method.rawValue),
      uri: path + (url.percentEncodedQuery.map { "?\($0)" } ?? ""), headers: headers)
  }

  /// Whether the host is an address, so that no name service is asked.
  var isAddress: Bool { (try? SocketAddress(ipAddress: host, port: port)) != nil }

  /// The name that the server's certificate must have; an address is checked as that of the connection.
  var serverName: String? { isAddress ? nil : host }
}
