import ArgumentParser
import Foundation
import Lab

/// `zdulab topology`.
struct TopologyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "topology", abstract: "Print the topology file of a large domain, to see what a plan of it is like.",
    discussion: "Its nodes are nowhere: plan it with `zdupgrade plan --offline --config FILE`.")

  @Option(name: .customLong("nodes"), help: "The number of nodes, 1 to 10000.")
  var nodes = 1000

  @Option(name: .customLong("groups"), help: "The number of groups that they are divided into.")
  var groups = 100

  func validate() throws {
    guard (1...10_000).contains(nodes) else { throw ValidationError("--nodes must be 1 to 10000.") }
    guard (1...nodes).contains(groups) else { throw ValidationError("--groups must be 1 to the number of nodes.") }
  }

  func run() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let topology = LabTopology.sample(nodes: nodes, groups: groups)
    print(String(decoding: try encoder.encode(topology), as: UTF8.self))
  }
}
