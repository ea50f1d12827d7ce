/// Which of the vendor's procedures upgrades a stage; the raw value is the word of `zdupgrade`'s configuration file.
public enum BlueGreenProfile: String, Sendable, Hashable, CaseIterable {
  /// New gateways with a datastore of their own, to which all data is copied.
  case major
  /// A fix for the old gateways, one after another.
  case minorCluster = "minor-cluster"
  /// A fix by new gateways on the old ones' datastore.
  case minorStandalone = "minor-standalone"
}
