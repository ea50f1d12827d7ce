import Axway
import Upgrade
struct Assembly {
  init(_ t: Topology, file: String?, ssh: SSHArguments, passphrase: SecretSource, readers: [any EventReader]) throws {}
  func preflight(secrets: [SecretName: Secret]) -> Preflight { fatalError() }
  func conductor(secrets: [SecretName: Secret], rollbackHelper: any RollbackHelper) -> Conductor { fatalError() }
  func close() async {}
}
