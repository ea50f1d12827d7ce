import FoundationEssentials
import Hummingbird
import Upgrade

/// `/apis`, as far as it shows whether design time is blocked: a list of the APIs, and making one.
struct AssetsResource: AdminResource {
  let options: APIGatewayOptions
  let catalog: APICatalog

  func methods(at path: [String]) -> [HTTPRequest.Method] { path.isEmpty ? [.get, .post] : [] }

  func answer(_ call: HTTPCall) async -> ServerAnswer {
    if call.method == .get {
      let all = catalog.all.map { Setting.object(["apiName": .string($0.name), "apiVersion": .string($0.version)]) }
      return ServerAnswer(.ok, .object(["apiResponse": .array(all)]))
    }
    guard let fields = call.fields, case .string(let name)? = fields["apiName"], !name.isEmpty,
      case .string(let number)? = fields["apiVersion"], !number.isEmpty
    else { return .refusal(.badRequest, "The API needs apiName and apiVersion.") }
    guard catalog.find(name, number) == nil else { return .refusal(.conflict, "There is such an API already.") }
    do {
      try write(APICatalog.API(name: name, version: number))
    } catch {
      return .refusal(.internalServerError, Failure.from(error, as: .io).message)
    }
    return ServerAnswer(.created, .object(["apiName": .string(name), "apiVersion": .string(number)]))
  }

  private func write(_ api: APICatalog.API) throws {
    let version = options.version
    let document = StoredDocument(
      id: UUID().uuidString.lowercased(),
      fields: [
        ("type", .text(DatastoreIndex.apis)), ("name", .text(api.name)), ("apiVersion", .text(api.version)),
        (AssetStep.name(of: "isActive", in: version), .bool(true)),
        (AssetStep.name(of: "owner", in: version), .text(options.username)),
        (AssetStep.name(of: "maturityState", in: version), .text("Beta")),
        (AssetStep.versionField, .text(version.rawValue)),
      ])
    try DatastoreFolder(path: options.datastore).append(
      [document], to: options.index(DatastoreIndex.apis), segment: DatastoreFolder.segmentName("created"))
    catalog.add(api)
  }
}

/// `/search`, which is not blocked with design time.
struct SearchResource: AdminResource {
  let catalog: APICatalog

  func methods(at path: [String]) -> [HTTPRequest.Method] { path.isEmpty ? [.get, .post] : [] }

  func answer(_ call: HTTPCall) async -> ServerAnswer {
    ServerAnswer(.ok, .object(["api": .array(catalog.all.map { .object(["apiName": .string($0.name)]) })]))
  }
}
