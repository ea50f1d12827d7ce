import AsyncHTTPClient
import FoundationEssentials
import HummingbirdCore
import Logging
import NIOCore
import Synchronization
import Testing

@testable import Lab

/// A load against a server that does what a broken balancer or gateway would, and knows how often it did.
@Suite("LoadTraffic")
struct LoadTrafficTests {
  /// What is done to a request, by its number.
  private enum Deed: CaseIterable {
    case serve, drop, ignore, cut, twice, refuse, pretend

    init(_ sequence: String) {
      guard let number = Int(sequence.split(separator: "-")[1]), !sequence.hasSuffix("r") else {
        self = .serve
        return
      }
      self = number % 5 != 0 ? .serve : Deed.allCases[number / 5 % Deed.allCases.count]
    }
  }

  private final class Deeds: Sendable {
    private let counts = Mutex<[Deed: Int]>([:])
    subscript(_ deed: Deed) -> Int { counts.withLock { $0[deed] ?? 0 } }
    func note(_ deed: Deed) { counts.withLock { $0[deed, default: 0] += 1 } }
  }

  @Test("what a server drops, ignores, cuts, serves twice, refuses or invents is what the report says, to the request")
  func accounting() async throws {
    try await withFolderOfItsOwn { folder in
      let address = LoopbackPort.ownAddress()
      let lab = Lab(description: try description(folder, address))
      let node = lab.description.nodes[0]
      let deeds = Deeds()
      try TextFile.makeFolder(lab.description.layout.served)
      let (listening, isListening) = AsyncStream.makeStream(of: Void.self)
      let server = Server(
        childChannelSetup: channel(Installation(.old, of: node, in: lab.description), deeds),
        configuration: ServerConfiguration(address: .hostname(address, port: node.instances[0].port)),
        onServerRunning: { _ in isListening.finish() }, eventLoopGroup: HTTPClient.defaultEventLoopGroup,
        logger: Logger(label: "test"))
      let serving = Task { try await server.run() }
      for await _ in listening {}
      var options = LoadOptions()
      (options.connections, options.rate) = (40, 200)
      let traffic = try LoadTraffic.begin(options, on: lab)
      #expect(await eventually(within: .seconds(60)) { deeds[.pretend] > 5 && deeds[.drop] > 5 })
      let row = try #require(try await traffic.stop().rows.last)
      try await server.shutdownGracefully()
      try await serving.value
      #expect(row.kind == nil && row.requests == Deed.allCases.map { deeds[$0] }.reduce(0, +))
      #expect(row.duplicated == deeds[.twice])
      #expect(row.unserved == deeds[.pretend])
      #expect(row.unanswered == deeds[.drop] + deeds[.cut], "begun, and no whole answer")
      #expect(row.lost + row.raced == deeds[.drop] + deeds[.cut] + deeds[.ignore])
      #expect(row.raced > 0 && row.lost > row.unanswered, "closed without a word on kept and on new connections")
      #expect(row.errors == row.lost + deeds[.refuse] + deeds[.pretend])
    }
  }

  private func channel(_ installation: Installation, _ deeds: Deeds) -> HTTP1Channel {
    let service = GatewayService.instance(installation.node.instances[0])
    let responder = GatewayResponder(installation: installation, service: service, standing: ServiceStanding(nil))
    let served = ServedRequests(path: installation.served(by: service))
    return HTTP1Channel { request, writer, channel in
      let sequence = request.headers[.sequence] ?? "r-0"
      let deed = Deed(sequence)
      // The second try after a race is no request of its own.
      if !sequence.hasSuffix("r") { deeds.note(deed) }
      if deed != .ignore && deed != .pretend { served.note(.begun, sequence) }
      if deed == .twice { served.note(.begun, sequence) }
      if deed == .drop || deed == .ignore { return channel.close(promise: nil) }
      var response = await responder.respond(to: request)
      if deed == .refuse { response = Response(status: .badGateway, headers: [.contentLength: "0"]) }
      response.headers[.sequence] = sequence
      if deed == .cut {
        response = Response(status: .ok, body: ResponseBody(contentLength: 9) { _ in throw CancellationError() })
      }
      try await writer.write(response: response.head, body: response.body)
      if deed != .pretend { served.note(.completed, sequence) }
    }
  }

  private func description(_ folder: String, _ address: String) throws -> LabDescription {
    let port = try LoopbackPort.free(at: address)
    let instance = LabInstance(name: "i", group: "g", port: port)
    return LabDescription(
      directory: folder, program: "", oldVersion: "1", newVersion: "2", username: "", shutdownDelay: 0,
      balancer: .nginx,
      nodes: [
        LabNode(
          name: "n", host: "n", nodeManager: .admin, address: address, sshPort: 0, managementPort: 0,
          instances: [instance])
      ], groups: [LabGroup(name: "g", url: "http://\(address):\(port)", instanceCount: 1)])
  }
}
