import Axway
import Foundation
import Upgrade
import WebMethods

/// Reads blue-green files.
enum BlueGreenFile {
  /// The settings in the file at `path`.
  ///
  /// - Throws: `Failure` when it cannot be read or is wrong.
  static func settings(_ path: String) throws(Failure) -> BlueGreenSettings {
    let (bytes, folder) = try ConfigurationFile.contents(of: path)
    return try BlueGreenBuilder.settings(json: bytes, file: path, folder: folder)
  }

  /// Whether the file at `path` is one, and no topology: it has a profile.
  static func isOne(_ path: String) -> Bool {
    guard let (bytes, _) = try? ConfigurationFile.contents(of: path) else { return false }
    guard case .object(let object)? = try? JSONFile.parse(bytes, file: path) else { return false }
    return object["profile"] != nil
  }
}

extension BlueGreenSettings {
  /// The fleet that these settings, which are from `file`, describe.
  func fleet(file: String) -> Fleet {
    let commanded = commandedNodes
    return Fleet(
      file: file,
      hosts: nodes.map {
        Fleet.Host(
          node: $0.node(in: BlueGreenPlanner.group), address: $0.ssh.address ?? $0.host, ssh: $0.ssh,
          isCommanded: commanded.contains($0.name))
      }, ssh: ssh, loadBalancer: loadBalancer, loadBalancers: loadBalancers, healthTrust: TLSTrust(),
      diagnosis: NoDiagnosis(), secretVariables: secretVariables + SecretArguments.variables)
  }

  /// The nodes that an operator's command runs on over SSH.
  private var commandedNodes: Set<String> {
    var names: Set<String> = []
    func add(_ command: OperatorCommand?, _ nodes: [GatewayNode]?) {
      if command?.place == .node { names.formUnion((nodes ?? []).map(\.name)) }
    }
    add(restart, old.nodes)
    add(fix, old.nodes)
    add(start, new?.nodes)
    return names
  }
}
