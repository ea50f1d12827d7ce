import FoundationEssentials
import Hummingbird
import HummingbirdCore

/// Answers the requests of a simulated process.
struct GatewayResponder: Sendable {
  let installation: Installation
  let service: GatewayService
  let standing: ServiceStanding

  /// The answer to `request`; an unknown path is 404.
  func respond(to request: Request) async -> Response {
    switch service {
    case .nodeManager: topology(request)
    case .instance(let instance): await answer(request, as: instance)
    }
  }

  private func answer(_ request: Request, as instance: LabInstance) async -> Response {
    switch request.uri.path {
    case "/healthcheck":
      return standing.isHealthy ? text(.ok, "ok") : text(.internalServerError, "unhealthy")
    case "/healthchecklb":
      return await standing.isStopping ? text(.serviceUnavailable, "stopping") : text(.ok, "ok")
    case _ where standing.isBroken:
      return text(.internalServerError, "broken")
    case "/":
      return request.method == .post ? await echo(request) : json(identity(instance))
    case "/slow":
      try? await Task.sleep(for: .milliseconds(number("ms", in: request, 1000, atMost: 3_600_000)))
      return json(identity(instance))
    case "/chunked":
      return numbered(
        number("pieces", in: request, 5, atMost: 1000), every: number("ms", in: request, 100, atMost: 10_000))
    case "/stream":
      // Long-lived, with a piece five times a second.
      return numbered(5 * number("seconds", in: request, 3, atMost: 600), every: 200)
    default:
      return text(.notFound, "not found")
    }
  }

  private func number(_ name: String, in request: Request, _ standard: Int, atMost limit: Int) -> Int {
    min(max(request.uri.queryParameters[name[...]].flatMap { Int($0) } ?? standard, 0), limit)
  }

  /// The request's body, given back.
  private func echo(_ request: Request) async -> Response {
    guard let body = try? await request.body.collect(upTo: 1 << 20) else {
      return text(.badRequest, "no whole body")
    }
    return response(.ok, "application/octet-stream", Array(body.readableBytesView))
  }

  /// The numbers from 1 to `count`, a line each, sent one after the other: in chunks, as the length is not told.
  private func numbered(_ count: Int, every milliseconds: Int) -> Response {
    let body = ResponseBody { writer in
      for number in 1...max(count, 1) {
        try await Task.sleep(for: .milliseconds(number == 1 ? 0 : milliseconds))
        try await writer.write(ByteBuffer(string: "\(number)\n"))
      }
      try await writer.finish(nil)
    }
    // NGINX would hold small pieces back until it has a buffer full of them.
    return Response(status: .ok, headers: [.contentType: "text/plain", .accelBuffering: "no"], body: body)
  }

  private func topology(_ request: Request) -> Response {
    if request.uri.path == NodeStanding.path { return json(NodeStanding(of: installation)) }
    guard request.uri.path == "/api/topology" else { return text(.notFound, "not found") }
    let lab = installation.lab
    let password = TextFile.read(lab.layout.password)?.prefix { $0 != "\n" } ?? ""
    let credentials = Data("\(lab.username):\(password)".utf8).base64EncodedString()
    guard request.headers[.authorization] == "Basic \(credentials)" else {
      var refusal = text(.unauthorized, "unauthorized")
      refusal.headers[.wwwAuthenticate] = "Basic realm=\"API Gateway\""
      return refusal
    }
    return json(TopologyAnswer(lab: lab, version: installation.version))
  }

  private func identity(_ instance: LabInstance) -> InstanceIdentity {
    InstanceIdentity(
      version: installation.version, node: installation.node.name, instance: instance.name, group: instance.group)
  }

  private func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
    response(status, "text/plain; charset=utf-8", Array("\(text)\n".utf8))
  }

  private func json(_ value: some Encodable) -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else { return text(.internalServerError, "not encodable") }
    return response(.ok, "application/json", Array(data))
  }

  private func response(_ status: HTTPResponse.Status, _ type: String, _ bytes: [UInt8]) -> Response {
    Response(
      status: status, headers: [.contentType: type, .contentLength: "\(bytes.count)"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
