import FoundationEssentials

/// The clock of one node is an hour fast, or slow, for everything that is run there over SSH.
struct ClockShift: Disturbance {
  /// Debian's `faketime`.
  private static let library = "/usr/lib/\(architecture)-linux-gnu/faketime/libfaketime.so.1"

  let lab: Lab
  /// The node's number, from 0.
  let index: Int

  func prepare() async throws {
    let node = lab.description.nodes[index]
    await SSHServer.stopAll(in: lab.description.layout.sshd(node.name))
    try await LabSSH(lab: lab.description).start(
      node, variables: Self.variables(seconds: index.isMultiple(of: 2) ? 3600 : -3600))
  }

  /// What puts the clock of a program wrong by so much.
  static func variables(seconds: Int) -> [String: String] {
    [
      "LD_PRELOAD": library, "FAKETIME": "\(seconds < 0 ? "" : "+")\(seconds)s", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
      "FAKETIME_NO_CACHE": "1",
    ]
  }

  func strike(_ node: LabNode) async throws {}

  /// Why it cannot be done here; nil when it can.
  static func obstacle() -> String? { TextFile.exists(library) ? nil : "there is no \(library)" }

  private static var architecture: String {
    #if arch(arm64)
      "aarch64"
    #else
      "x86_64"
    #endif
  }
}
