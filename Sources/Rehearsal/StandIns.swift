public import Axway
import FoundationEssentials
import Upgrade

/// What of a lab stands for what of the operator's: folders of installations and URLs of health checks. Pure.
public struct StandIns: Sendable {
  private let pairs: [(lab: String, real: String)]

  /// What `lab`, the topology of the lab, has in the place of `real`, whose nodes are as `options` say.
  public init(lab: Topology, real: Topology, _ options: UpgradeOptions) {
    var pairs: [(String, String)] = []
    for (stage, node) in zip(lab.nodes, real.nodes) {
      let folders = [
        (stage.oldInstallDir, node.oldInstallDir ?? options.oldInstallDir),
        (stage.newInstallDir, node.newInstallDir ?? options.newInstallDir),
      ]
      for case (.some(let lab), .some(let real)) in folders { pairs.append((lab, real)) }
      for (instance, own) in zip(stage.instances, node.instances) {
        if let lab = instance.healthURL, let real = own.healthURL { pairs.append((lab, real)) }
      }
    }
    self.pairs = pairs.sorted { $0.0.utf8.count > $1.0.utf8.count }.map { (lab: $0.0, real: $0.1) }
  }

  /// `text` of the lab as the operator would see it.
  public func real(_ text: String) -> String {
    pairs.reduce(text) { $1.lab.isEmpty ? $0 : $0.replacing($1.lab, with: $1.real) }
  }

  /// A word of a command, or a URL, of the lab: what it begins with is taken for what it stands for.
  func real(word: String) -> String {
    guard let pair = pairs.first(where: { word.hasPrefix($0.lab) }) else { return word }
    return pair.real + word.dropFirst(pair.lab.count)
  }

  func real(_ command: Command) -> Command {
    Command(
      in: command.directory.map(real(word:)),
      words: command.words.map { word in
        if case .text(let text) = word { .text(real(word: text)) } else { word }
      })
  }
}
