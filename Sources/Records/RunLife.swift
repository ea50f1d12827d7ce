import Foundation
import Upgrade

/// What this host knows about whether a run lives: its journal tells where it ran, and a lock on that whether it still does.
public enum RunLife: Sendable, Hashable {
  /// A process here holds its journal.
  case running(RunOrigin)
  /// It ran here, and no process holds its journal any more.
  case dead(RunOrigin)
  /// It ran on another host, so nobody here can say.
  case elsewhere(RunOrigin)
  /// Its journal cannot be read; why.
  case unreadable(Failure)

  /// The life of the run in `folder`, as seen from the host of that name.
  public init(_ folder: RunFolder, from host: String) {
    let isRunning = RunOutline.isLocked(folder.journal)
    do {
      guard let origin = try Self.origin(folder) else {
        throw Failure(.refused, "journal \(folder.journal): it does not say whose it is")
      }
      self = isRunning ? .running(origin) : origin.host == host ? .dead(origin) : .elsewhere(origin)
    } catch {
      self = .unreadable(Failure.from(error, as: .io))
    }
  }

  /// The runs in `logFolder`, but for `own`, that a process holds and that have not ended; none where there is no folder.
  public static func others(than own: RunID, in logFolder: String) -> [RunOrigin] {
    let folders = (try? RunFolder.all(in: logFolder)) ?? []
    return folders.filter { folder in
      folder.id != own && RunOutline.isLocked(folder.journal) && RunOutline(folder).state == .running
    }.compactMap { try? origin($0) }
  }

  /// Who runs it: what its journal says last, as a run that was interrupted may have gone on in another process.
  private static func origin(_ folder: RunFolder) throws -> RunOrigin? {
    var origin: RunOrigin?
    _ = try JournalReader(folder.journal).read { entry in
      switch entry.event {
      case .opened(let process), .continued(let process, _): origin = process
      default: break
      }
    }
    return origin
  }
}

/// Keeps a dead run dead: as long as this lives, no process can go on with it.
public final class JournalClaim: Sendable {
  private let descriptor: Int32

  /// A claim on the journal in `folder`; nil when a process holds it, or it cannot be opened.
  public init?(_ folder: RunFolder) {
    descriptor = open(folder.journal, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
  }

  deinit { close(descriptor) }
}
