/// The indices of a gateway's datastore.
enum DatastoreIndex {
  /// The kinds of assets: what design time changes.
  static let core = [
    "apis", "applications", "policies", "policyactions", "aliases", "packages", "plans", "scopes",
    "gatewayconfigurations",
    "users", "groups", "accessprofiles",
  ]

  /// The kinds of logs and events, as the vendor lists them, in the lower case that Elasticsearch wants.
  static let logs = [
    transactions, performanceMetrics, licenseMetrics, quota, "log", "audit_auditlogs", "analytics_errorevents",
    "analytics_lifecycleevents", "analytics_monitorevents", "analytics_policyviolationevents",
    "analytics_threatprotectionevents", "license_notifications",
  ]

  /// The kind of the APIs.
  static let apis = "apis"
  /// A document for each transaction.
  static let transactions = "analytics_transactionalevents"
  /// What is counted in memory and flushed.
  static let performanceMetrics = "analytics_performancemetrics"
  static let licenseMetrics = "license_licensemetrics"
  static let quota = "quotaaccumulator"

  /// The whole name of the index of a kind.
  static func name(_ kind: String, tenant: String) -> String { "gateway_\(tenant)_\(kind)" }
}
