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
    case "/":
      return json(identity(instance))
    case "/slow":
      let milliseconds = request.uri.queryParameters["ms"].flatMap { Int($0) } ?? 1000
      try? await Task.sleep(for: .milliseconds(min(max(milliseconds, 0), 60_000)))
      return json(identity(instance))
    default:
      return text(.notFound, "not found")
    }
  }

  private func topology(_ request: Request) -> Response {
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
