import Hummingbird
import Upgrade

/// Everything that a gateway answers, on any of its ports.
struct GatewayFrontDoor: Sendable {
  let administrator: BasicUser
  let quiesce: QuiesceControl
  let faults: GatewayFaultInjector
  let runtime: RuntimeResponder
  let services: ServerServices
  let record: CallRecord
  /// By the name below `/rest/apigateway`.
  let resources: [String: any AdminResource]

  /// The answer to a request on the main port, or on a port made for quiescing or other administration.
  func answer(_ request: Request, isMainPort: Bool) async -> ServerAnswer {
    guard let call = await HTTPCall(request) else { return .refusal(.contentTooLarge, "The request is too long.") }
    switch call.path.first {
    case "gateway" where isMainPort: return await runtime.answer(call.below(1))
    case "invoke":
      return call.isFrom(administrator)
        ? await services.answer(call.below(1)) : .unauthorized(realm: "Integration Server")
    case "rest": return await rest(call.below(1))
    default: return .refusal(.notFound, "Nothing is here.")
    }
  }

  private func rest(_ call: HTTPCall) async -> ServerAnswer {
    // All of it belongs to the package that quiescing for all disables; the server's own services go on.
    if await quiesce.isPackageDisabled { return .refusal(.serviceUnavailable, "The package WmAPIGateway is disabled.") }
    if call.path == ["facade", "apigateway", "searchApis"], let search = resources["search"] {
      return await dispatch(call.below(3), to: search)
    }
    guard call.path.first == "apigateway", call.path.count > 1 else { return .refusal(.notFound, "Nothing is here.") }
    let answer = await administration(call.path[1], call.below(2))
    record.note(call, resource: Array(call.path.dropFirst()), answer)
    return answer
  }

  private func administration(_ name: String, _ call: HTTPCall) async -> ServerAnswer {
    let isPublic = name == "health" && call.path.isEmpty && call.headers[.authorization] == nil
    guard isPublic || call.isFrom(administrator) else { return .unauthorized(realm: "API Gateway") }
    if let step = GatewayFault.Step(rawValue: name), let answer = await faults.meet(step, call) { return answer }
    if call.method != .get, name != "quiescemode", name != "search", await quiesce.isBlocking {
      return .refusal(.serviceUnavailable, "API Gateway is in quiesce mode.")
    }
    guard let resource = resources[name] else { return .refusal(.notFound, "Resource \(name) not found.") }
    return await dispatch(call, to: resource)
  }

  private func dispatch(_ call: HTTPCall, to resource: any AdminResource) async -> ServerAnswer {
    let methods = resource.methods(at: call.path)
    if methods.isEmpty { return .refusal(.notFound, "Nothing is here.") }
    return methods.contains(call.method) ? await resource.answer(call) : .methodNotAllowed(methods)
  }
}
