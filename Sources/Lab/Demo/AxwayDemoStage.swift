/// The lab of a demo of Axway API Gateway.
struct AxwayDemoStage: DemoStage {
  private let lab: Lab
  private let before: LabVersions

  /// Starts one.
  init(_ options: LabOptions) async throws {
    lab = try await Lab.up(options)
    before = await LabVersions.read(lab)
  }

  var groups: [LabGroup] { lab.description.groups }
  var isCounting: Bool { false }
  var logs: String { "\(lab.directory)/logs" }

  func arguments(logs: String) -> [String] { LabGuide.arguments(for: lab, logs: logs) }

  func account(exitCode: Int32, answered: Int) async throws -> DemoAccount {
    DemoAccount(text: before.table(after: await LabVersions.read(lab)))
  }

  func down() async { await lab.down() }
}
