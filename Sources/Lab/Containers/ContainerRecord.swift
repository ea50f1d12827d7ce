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

  /// Removes the containers and the network, whatever state they are in; goes on when the task is cancelled.
  func remove() async {
    // A paused one cannot be removed by every version.
    for container in containers { await engine.attempt(["unpause", container]) }
    await engine.attempt(["rm", "--force", "--volumes"] + containers)
    await engine.attempt(["network", "rm", network])
  }
}
