import Foundation
import Upgrade

/// The folder of one run, `<log folder>/<run id>/`, 0700, with its `journal.jsonl`. The run's logs stand beside it, under
/// the vendor's names.
public struct RunFolder: Sendable, Hashable {
  /// The bytes that must be free on the disk of a run's folder: a journal takes a few, but the logs grow too.
  public static let reserve: UInt64 = 16 << 20

  /// The run.
  public let id: RunID
  /// The log folder that it is in.
  public let logFolder: String

  /// The folder's path.
  public var path: String { "\(logFolder)/\(id)" }
  /// The journal's path.
  public var journal: String { "\(path)/journal.jsonl" }

  /// The folder of run `id` in `logFolder`, whether it is there or not.
  init(_ id: RunID, in logFolder: String) {
    self.id = id
    self.logFolder = logFolder
  }

  /// Makes the folder of run `id` in `logFolder`, which must be there.
  ///
  /// - Parameter reserve: the bytes that must be free for it.
  /// - Throws: `Failure` of kind `.io`, also when too little room is left.
  public static func make(_ id: RunID, in logFolder: String, reserve: UInt64 = Self.reserve) throws(Failure)
    -> RunFolder
  {
    let folder = RunFolder(id, in: logFolder)
    try folder.checkRoom(reserve)
    // The second call takes a strange umask back.
    guard mkdir(folder.path, 0o700) == 0, chmod(folder.path, 0o700) == 0 else {
      throw .system("run folder \(folder.path): cannot be made")
    }
    try sync(logFolder)
    return folder
  }

  /// Sees that `reserve` bytes are free on the folder's disk.
  ///
  /// - Throws: `Failure` of kind `.io`.
  func checkRoom(_ reserve: UInt64 = Self.reserve) throws(Failure) {
    try Self.checkRoom(logFolder, in: logFolder, reserve)
  }

  /// Sees that a run could keep its records in `logFolder`, without making it where it is not there yet.
  ///
  /// - Returns: the bytes that are free on its disk.
  /// - Throws: `Failure` of kind `.io`.
  @discardableResult
  public static func checkPlace(_ logFolder: String) throws(Failure) -> UInt64 {
    var place = logFolder.hasPrefix("/") ? logFolder : FileManager.default.currentDirectoryPath + "/" + logFolder
    while access(place, F_OK) != 0, let slash = place.lastIndex(of: "/"), slash > place.startIndex {
      place = String(place[..<slash])
    }
    guard access(place, W_OK) == 0 else {
      throw .system("log folder \(logFolder): cannot be written", remedy: "give another --log_dir")
    }
    return try checkRoom(logFolder, in: place, reserve)
  }

  @discardableResult
  private static func checkRoom(
    _ logFolder: String, in place: String, _ reserve: UInt64
  ) throws(Failure) -> UInt64 {
    var disk = statvfs()
    guard statvfs(place, &disk) == 0 else { throw .system("log folder \(logFolder): cannot be looked at") }
    let free = UInt64(disk.f_bavail) * UInt64(disk.f_frsize)
    guard free >= reserve else {
      throw Failure(
        .io, "log folder \(logFolder): \(free >> 10) KiB are free, \(reserve >> 10) KiB must be",
        remedy: "make room, or give another --log_dir")
    }
    return free
  }

  /// Has the disk keep what is in the folder at `path`.
  ///
  /// - Throws: `Failure` of kind `.io`.
  static func sync(_ path: String) throws(Failure) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system("folder \(path): cannot be opened") }
    defer { close(descriptor) }
    // Some file systems do not know this for folders, and say so.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw .system("folder \(path): cannot be written") }
  }
}

// What a run keeps to itself.
extension RunFolder {
  /// Keeps a secret of the run's own under `name`, readable by this user alone, so that a later process has it too: whole,
  /// or not at all.
  ///
  /// - Throws: `Failure` of kind `.io`.
  public func keep(_ secret: Secret, as name: String) throws(Failure) {
    let (file, draft) = ("\(path)/\(name)", "\(path)/.\(name)")
    unlink(draft)  // what a process has left that was killed right here
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system("\(file): cannot be made") }
    defer { close(descriptor) }
    let bytes = Array(secret.reveal().utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0, rename(draft, file) == 0 else {
      throw .system("\(file): cannot be written")
    }
    try Self.sync(path)
  }

  /// What is kept under `name`; nil where there is nothing.
  public func kept(as name: String) -> Secret? {
    FileManager.default.contents(atPath: "\(path)/\(name)").map { Secret(String(decoding: $0, as: UTF8.self)) }
  }
}

// Finding runs.
extension RunFolder {
  /// The runs that have a journal in `logFolder`, the newest first.
  ///
  /// - Throws: `Failure` of kind `.io` when the folder cannot be read.
  public static func all(in logFolder: String) throws(Failure) -> [RunFolder] {
    guard let folder = opendir(logFolder) else {
      throw .system("log folder \(logFolder): cannot be read", remedy: "give the folder of the logs with --log_dir")
    }
    defer { closedir(folder) }
    var runs: [RunFolder] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      guard let id = RunID(name) else { continue }
      let run = RunFolder(id, in: logFolder)
      if access(run.journal, F_OK) == 0 { runs.append(run) }
    }
    return runs.sorted { $0.id > $1.id }
  }

  /// The run in `logFolder` whose id begins with `beginning`; without one, the newest.
  ///
  /// - Throws: `Failure` of kind `.refused` when there is none, or more than one; of kind `.io` as `all` does.
  public static func find(_ beginning: String?, in logFolder: String) throws(Failure) -> RunFolder {
    let all = try all(in: logFolder)
    let remedy = "'zdupgrade runs --log_dir \(ShellQuoting.quote(logFolder))' lists all"
    guard let newest = all.first else { throw Failure(.refused, "log folder \(logFolder): no run is in it") }
    guard let beginning else { return newest }
    let found = all.filter { $0.id.text.hasPrefix(beginning) }
    guard let run = found.first, !beginning.isEmpty else {
      throw Failure(
        .refused, "log folder \(logFolder): no run '\(PlainText.oneLine(beginning))' is in it", remedy: remedy)
    }
    guard found.count == 1 else {
      let names = found.prefix(10).map(\.id.text) + (found.count > 10 ? ["\(found.count - 10) more"] : [])
      throw Failure(
        .refused, "'\(beginning)' may be any of \(names.joined(separator: ", "))", remedy: "give more of it")
    }
    return run
  }
}
