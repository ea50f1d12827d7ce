import Foundation
import Testing
import Upgrade
import WebMethods

@testable import Lab

@Suite("The configuration file of a blue-green stage") struct BlueGreenUpgradeFileTests {
  private func settings(
    _ file: String
  ) throws -> BlueGreenSettings {
    let json = try #require(FileManager.default.contents(atPath: file))
    return try BlueGreenBuilder.settings(json: json, file: file, folder: "/")
  }

  @Test(
    "zdupgrade takes it: the profile that fits, both sides, and passwords by reference only",
    arguments: [
      (2, 2, false, UpgradeProfile.major), (2, 0, true, .minorCluster), (2, 1, true, .minorStandalone),
    ])
  func settings(old: Int, new: Int, isShared: Bool, profile: UpgradeProfile) async throws {
    try await withFolderOfItsOwn { folder in
      var options = BlueGreenOptions(program: "/opt/zdulab")
      (options.oldCount, options.newCount, options.isSharingDatastore) = (old, new, isShared)
      if isShared { options.newVersion = options.oldVersion }
      let stage = try BlueGreenStart(options: options, directory: folder).describe()
      try BlueGreenUpgradeFile(description: stage).write()
      let settings = try settings("\(folder)/zdupgrade.json")
      #expect(settings.profile == profile)
      let nodes = settings.old.nodes + (settings.new?.nodes ?? [])
      #expect(nodes.map(\.name) == stage.nodes.map(\.name))
      #expect(nodes.map(\.loadBalancerServer) == stage.nodes.map(\.server))
      let quiescePorts = nodes.map { $0.quiescePort?.number }
      #expect(quiescePorts == stage.nodes.map { $0.isOld ? $0.quiescePort : nil })
      let logins = Set(nodes.map(\.login) + [settings.source?.login, settings.webhooks?.login])
      #expect(logins.compactMap(\.?.password).allSatisfy { if case .file = $0 { true } else { false } })
      #expect(settings.migration?.properties == (profile == .major ? [MigrationSettings.tenantKey: "default"] : nil))
      #expect(settings.times.shutdownDrainMinutes == 1)
      #expect((settings.fix != nil) == (profile == .minorCluster))
      #expect((settings.start != nil) == (profile == .minorStandalone))
      #expect(settings.restart?.place == .control)
    }
  }
}

extension OnStage {
  @Suite("The operator's commands of a blue-green stage") struct BlueGreenCommandTests {
    @Test("the gateway that they are told of in ZDU_NODE gets its fix, and starts, also when it runs already")
    func commands() async throws {
      try await withStage {
        ($0.oldCount, $0.newCount, $0.isSharingDatastore) = (2, 0, true)
      } _: { lab in
        let json = try #require(FileManager.default.contents(atPath: lab.upgradeFile))
        let settings = try BlueGreenBuilder.settings(json: json, file: lab.upgradeFile, folder: "/")
        func run(_ command: OperatorCommand?) async throws -> Int32 {
          let words = try #require(command?.command)
          return try await BuiltProgram.run(words[0], Array(words.dropFirst()), variables: ["ZDU_NODE": "Old-2"]).code
        }
        #expect(try await run(settings.fix) != 0)
        try await lab.stop("Old-2")
        #expect(try await run(settings.fix) == 0)
        // Two at once, as when the first one's zdupgrade was killed.
        async let first = run(settings.restart)
        async let second = run(settings.restart)
        #expect(try await [first, second] == [0, 0])
        #expect(try lab.isServing("Old-2"))
        let answer = await Answer.get(lab.api(at: try lab.administration("Old-2").server))
        #expect(answer.body.contains(#""fix":"Fix 9""#), "\(answer.body)")
      }
    }
  }
}
