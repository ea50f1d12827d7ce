import FoundationEssentials
import Glibc
import Upgrade

/// A file system of its own in memory, which can be filled to the last byte.
struct SmallDisk: Sendable {
  /// Where it is mounted.
  let path: String
  let kilobytes: Int

  private var filler: String { "\(path)/filler" }

  /// Mounts it over the folder, whose content is copied into it.
  func mount() async throws {
    try TextFile.makeFolder(path)
    let below = "\(path).below"
    guard rename(path, below) == 0 else { throw Failure(.io, "move \(path): \(String(cString: strerror(errno)))") }
    try TextFile.makeFolder(path)
    try await ExternalTool(
      path: "/usr/bin/mount",
      arguments: ["-t", "tmpfs", "-o", "size=\(kilobytes)k,mode=700", "zdulab-crash-test", path]
    ).run()
    try await ExternalTool(path: "/usr/bin/cp", arguments: ["-a", "\(below)/.", path]).run()
    try? FileManager.default.removeItem(atPath: below)
  }

  /// Leaves no room on it.
  func fill() throws {
    let descriptor = open(filler, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Failure(.io, "write \(filler): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    for size in [1 << 20, 1 << 12, 1] {
      let piece = [UInt8](repeating: 0, count: size)
      while write(descriptor, piece, size) == size {}
    }
  }

  /// Makes room again.
  func makeRoom() { unlink(filler) }

  /// Takes it away; what is on it is put into the folder below, where it is to be `kept`.
  func unmount(isKept: Bool) async {
    await Task.detached {
      let copy = "\(path).kept"
      if isKept { _ = try? await ExternalTool(path: "/usr/bin/cp", arguments: ["-a", path, copy]).run() }
      _ = try? await ExternalTool(path: "/usr/bin/umount", arguments: ["-l", path]).run()
      if isKept, rmdir(path) == 0 { rename(copy, path) }
    }.value
  }

  /// Why it cannot be done here; nil when it can.
  static func obstacle(in folder: String) async -> String? {
    guard geteuid() == 0 else { return "only root may mount" }
    let disk = SmallDisk(path: "\(folder)/disk", kilobytes: 64)
    do { try await disk.mount() } catch { return "tmpfs cannot be mounted" }
    await disk.unmount(isKept: false)
    return nil
  }
}
