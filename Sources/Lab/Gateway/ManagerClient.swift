import AsyncHTTPClient
import FoundationEssentials
import Upgrade

/// Asks a Node Manager, as the product's tools on other nodes do.
struct ManagerClient: Sendable {
  /// The node whose Node Manager it is.
  let node: LabNode

  /// Asks for `path`; whoever answers there is believed, and waited for 10 s at most.
  func get(_ path: String, _ credentials: Credentials? = nil) async -> Result<(status: UInt, body: Data), any Error> {
    var configuration = HTTPClient.Configuration.singleTry
    // The end of the client waits for a connection that is being made.
    configuration.timeout.connect = .seconds(10)
    configuration.tlsConfiguration = .makeClientConfiguration()
    configuration.tlsConfiguration?.certificateVerification = .none
    let client = HTTPClient(configuration: configuration)
    let answer: Result<(status: UInt, body: Data), any Error>
    do {
      var request = HTTPClientRequest(url: "\(node.managementURL)\(path)")
      if let credentials { request.setBasicAuth(username: credentials.username, password: credentials.password) }
      let response = try await client.execute(request, timeout: .seconds(10))
      let body = try await response.body.collect(upTo: 1 << 20)
      answer = .success((response.status.code, Data(body.readableBytesView)))
    } catch {
      answer = .failure(error)
    }
    // Shutting a client down fails only when it is done twice.
    try? await client.shutdown()
    return answer
  }
}
