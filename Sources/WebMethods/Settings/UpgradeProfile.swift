/// Which of the vendor's procedures is followed; the raw value is the configuration file's word.
public enum UpgradeProfile: String, Sendable, Hashable, Codable, CaseIterable {
  /// New instances with a datastore of their own, to which all data is copied.
  case major
  /// A fix for the nodes of a cluster, one after another, on the same datastore.
  case minorCluster = "minor-cluster"
  /// A fix by new instances on the same datastore.
  case minorStandalone = "minor-standalone"
}
