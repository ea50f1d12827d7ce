import FoundationEssentials
import Upgrade

/// What a lab has made with an engine, written down before it is made: so it is found again also after a crash.
struct ContainerRecord: Sendable, Hashable, Codable {
  let engine: ContainerEngine
  let containers: [String]
  let network: String

  private static func path(_ directory: String) -> String { "\(directory)/containers.json" }

  /// That of the lab in `directory`; nil where there is none.
  static func read(_ directory: String) -> ContainerRecord? {
    TextFile.bytes(path(directory)).flatMap { try? JSONDecoder().decode(ContainerRecord.self, from: Data($0)) }
  }

  /// Writes it into the lab's folder.
  func write(_ directory: String) throws {
    try TextFile.write(String(decoding: JSONEncoder().encode(self), as: UTF8.self), to: Self.path(directory))
  }

  /// The label of all that it has made.
  var label: String { "zdulab=\(network)" }

  /// Removes the containers and the network, whatever state they are in; goes on when the task is cancelled.
  func remove() async {
    await Task.detached {
      // More than once: what an interrupted engine has begun to make may come to light only now.
      for _ in 0..<5 {
        let containers = await found(["ps", "--all", "--quiet", "--no-trunc"])
        let networks = await found(["network", "ls", "--quiet"])
        if containers.isEmpty, networks.isEmpty { return }
        for container in containers {
          // A paused one cannot be removed by every version.
          await engine.attempt(["unpause", container])
          await engine.attempt(["rm", "--force", "--volumes", container])
        }
        for network in networks { await engine.attempt(["network", "rm", network]) }
      }
    }.value
  }

  private func found(_ list: [String]) async -> [String] {
    let text = try? await engine.call(list + ["--filter", "label=\(label)"])
    return (text ?? "").split(separator: "\n").map(String.init)
  }
}
