/// The connections to jump hosts: one to each, which all that lies behind it shares, so that a fleet behind one of them is
/// one login there.
public actor SSHJumpHosts {
  private var sessions: [String: Task<SSHSession, any Error>] = [:]

  /// No connection yet.
  public init() {}

  /// Connects to `target`, through its jump hosts where it has some.
  ///
  /// - Throws: as `SSHSession.connect(to:)`.
  public func connect(to target: SSHTarget) async throws -> SSHSession {
    guard let last = target.jumps.last else { return try await SSHSession.connect(to: target) }
    let way = try await session(on: last, behind: target.jumps.dropLast())
    return try await SSHSession.connect(to: target, through: way)
  }

  /// Ends all connections to jump hosts, and so all that go through them.
  public func disconnect() async {
    let ended = sessions.values
    sessions = [:]
    for task in ended {
      task.cancel()
      if let session = try? await task.value { await session.disconnect() }
    }
  }

  private func session(on host: SSHTarget, behind others: ArraySlice<SSHTarget>) async throws -> SSHSession {
    let key = (others + [host]).map(\.name).joined(separator: ",")
    if let task = sessions[key], let session = try? await task.value, await session.isUsable { return session }
    var host = host
    host.jumps = Array(others)
    // It goes on when whoever has asked first is called off: others wait for it.
    let task = Task { [host] in
      do { return try await self.connect(to: host) } catch let error as SSHError {
        throw error.inContext("jump host \(host.host)")
      }
    }
    sessions[key] = task
    do { return try await task.value } catch {
      if sessions[key] == task { sessions[key] = nil }
      throw error
    }
  }
}
