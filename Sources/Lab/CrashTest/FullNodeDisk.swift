/// The disk of a node, with its home and its new installation, is full until `zdupgrade` has ended.
struct FullNodeDisk: Disturbance {
  let mustGoUnnoticed = false
  let lab: Lab

  private func disks(_ node: LabNode) -> [SmallDisk] {
    let layout = lab.description.layout
    return [layout.home(of: node.name), layout.installation(.new, of: node.name)].map {
      SmallDisk(path: $0, kilobytes: 1024)
    }
  }

  func prepare() async throws {
    for disk in lab.description.nodes.flatMap(disks) { try await disk.mount() }
  }

  func strike(_ node: LabNode) async throws {
    for disk in disks(node) { try disk.fill() }
  }

  func heal(_ node: LabNode) async {
    for disk in disks(node) { disk.makeRoom() }
  }

  func cleanUp() async {
    for disk in lab.description.nodes.flatMap(disks) { await disk.unmount(isKept: false) }
  }
}
