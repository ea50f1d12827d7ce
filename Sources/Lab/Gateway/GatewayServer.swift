import AsyncHTTPClient
import Glibc
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import Upgrade

/// The process behind a Node Manager or an instance: serves HTTP until it is told to stop, then finishes what is in flight.
struct GatewayServer: Sendable {
  /// How long requests in flight may take after a stop.
  static let drainLimit = Duration.seconds(5)

  let installation: Installation
  let service: GatewayService

  /// Serves until SIGTERM or SIGINT has come and the last request is answered.
  ///
  /// - Parameter report: is told `ready` once requests are accepted, or why that is not possible.
  /// - Returns: the exit code.
  func run(report: @escaping @Sendable (String) -> Void) async -> Int32 {
    let record = installation.record(of: service)
    if let facts = record.running {
      // Another start was faster; its record stays.
      report("it is already running (pid \(facts.pid))")
      return 1
    }
    do {
      try record.write()
      let fault = FaultInjector(installation: installation, output: ToolOutput())
        .fault(service.start(installation.side))
      let standing = ServiceStanding(fault)
      let stop = StopSignals()
      try await serve(standing, until: stop) {
        report("ready")
        if let fault, fault.kind == .crash {
          try? await Task.sleep(for: .seconds(Double(fault.argument) ?? 0))
          ToolOutput().say("FATAL: the process ends here because the lab's fault 'crash' is set")
          kill(getpid(), SIGKILL)
        }
      }
      record.remove()
      return 0
    } catch {
      report("\(error)")
      ToolOutput().say("ERROR: \(error)")
      record.remove()
      return 1
    }
  }

  private func serve(
    _ standing: ServiceStanding, until stop: StopSignals, ready: @escaping @Sendable () async -> Void
  ) async throws {
    let responder = GatewayResponder(installation: installation, service: service, standing: standing)
    let served = ServedRequests(path: installation.served(by: service))
    let plain = HTTP1Channel { request, writer, _ in
      let sequence = request.headers[.sequence]
      if let sequence { served.note(.begun, sequence) }
      var response = await responder.respond(to: request)
      response.headers[.sequence] = sequence
      try await writer.write(response: response.head, body: response.body)
      if let sequence { served.note(.completed, sequence) }
    }
    switch service {
    case .instance(let instance):
      try await serve(plain, port: instance.port, standing, until: stop, ready: ready)
    case .nodeManager:
      let secure = try TLSChannel(plain, tlsConfiguration: tls())
      try await serve(secure, port: installation.node.managementPort, standing, until: stop, ready: ready)
    }
  }

  private func serve(
    _ channel: some ServerChildChannel, port: Int, _ standing: ServiceStanding, until stop: StopSignals,
    ready: @escaping @Sendable () async -> Void
  ) async throws {
    let server = Server(
      childChannelSetup: channel,
      configuration: ServerConfiguration(address: .hostname(installation.node.address, port: port)),
      onServerRunning: { _ in await ready() }, eventLoopGroup: HTTPClient.defaultEventLoopGroup,
      logger: Logger(label: "zdulab") { _ in SwiftLogNoOpLogHandler() })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      group.addTask {
        for await _ in stop.numbers {
          await standing.beginStop()
          try await Task.sleep(for: .milliseconds(installation.lab.shutdownDelay))
          endAtLatest()
          return try await server.shutdownGracefully()
        }
      }
      // Not `waitForAll`, which would wait for a signal before it tells that the port is taken.
      while try await group.next() != nil {}
    }
  }

  /// Requests that take too long do not keep the process for ever.
  private func endAtLatest() {
    Task {
      try? await Task.sleep(for: Self.drainLimit)
      exit(1)
    }
  }

  private func tls() throws -> TLSConfiguration {
    let layout = installation.lab.layout
    return try .makeServerConfiguration(
      certificateChain: NIOSSLCertificate.fromPEMFile(layout.certificate).map { .certificate($0) },
      privateKey: .privateKey(NIOSSLPrivateKey(file: layout.certificateKey, format: .pem)))
  }
}
