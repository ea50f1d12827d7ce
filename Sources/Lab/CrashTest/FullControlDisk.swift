/// The disk with the logs, on the control node, is full until `zdupgrade` has ended.
struct FullControlDisk: Disturbance {
  let mustGoUnnoticed = false
  private let disk: SmallDisk

  init(logs: String) { disk = SmallDisk(path: logs, kilobytes: 24 << 10) }

  func prepare() async throws { try await disk.mount() }
  func strike(_ node: LabNode) async throws { try disk.fill() }
  func heal(_ node: LabNode) async { disk.makeRoom() }
  func cleanUp() async { await disk.unmount(isKept: true) }
}
