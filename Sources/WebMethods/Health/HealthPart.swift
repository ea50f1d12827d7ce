/// Of what the health is asked; the raw value is the end of the API's path.
public enum HealthPart: String, Sendable, Hashable, Codable, CaseIterable {
  /// The gateway, in short.
  case summary = ""
  /// What serves traffic: the datastore, the cluster and the Integration Server.
  case engine = "/engine"
  /// That, what administers it and the external services.
  case all = "/all"
}
