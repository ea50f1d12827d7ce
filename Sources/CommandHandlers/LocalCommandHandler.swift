import Glibc
import Subprocess
import SystemPackage
import Upgrade

/// Runs commands with `/bin/sh` on the control node itself: the operator's own commands, and a balancer that is local.
///
/// A command gets a session of its own, so it has no terminal to ask at and its whole process group can be ended; the
/// streams are the only descriptors it inherits. A process that it leaves in the background outlives it, unless
/// it was ended by a deadline or by cancellation; what that process prints after the command's end is not read.
public struct LocalCommandHandler: CommandHandler {
  private let withheld: [String]
  private let grace: Duration

  /// A handler whose commands get this process's environment.
  ///
  /// - Parameters:
  ///   - withheld: environment variables that commands must not see, such as those that carry secrets.
  ///   - grace: how long a command that is to end may take from `TERM` until it is killed.
  public init(withholding withheld: [String] = [], grace: Duration = .seconds(2)) {
    self.withheld = withheld
    self.grace = grace
  }

  /// Runs `command` here; `node` is not looked at.
  ///
  /// - Throws: `Failure` of kind `.timeout`, after the command's process group was ended; of kind `.io` when the command
  ///   cannot be started; `CancellationError`, after the process group was ended.
  public func run(
    _ command: ShellCommand, on node: String, timeout: Duration?,
    output: @escaping @Sendable (CommandOutput) async -> Void
  ) async throws -> CommandExit {
    try Task.checkCancellation()
    guard !command.text.utf8.contains(0) else { throw Failure(.refused, "the command holds a NUL character") }
    guard let timeout else { return try await execute(command, output) }
    return try await withThrowingTaskGroup(of: CommandExit?.self) { group in
      group.addTask { try await execute(command, output) }
      group.addTask {
        try await Task.sleep(for: timeout)
        return nil
      }
      defer { group.cancelAll() }
      if case .some(.some(let exit)) = try await group.next() { return exit }
      group.cancelAll()
      _ = try? await group.next()
      throw Failure(.timeout, "did not end within \(timeout.inSeconds)")
    }
  }

  private func execute(
    _ command: ShellCommand, _ output: @escaping @Sendable (CommandOutput) async -> Void
  ) async throws -> CommandExit {
    let input = try Self.inputFile(command.standardInput)
    defer { close(input) }
    let result: ExecutionResult<Bool, SequenceOutput, SequenceOutput>
    do {
      result = try await Subprocess.run(
        configuration(command.text),
        input: .fileDescriptor(FileDescriptor(rawValue: input), closeAfterSpawningProcess: false),
        output: .sequence, error: .sequence
      ) { try await follow($0, output) }
    } catch {
      throw Failure.from(error, as: .io).inContext("run /bin/sh")
    }
    guard result.closureResult else { throw CancellationError() }
    switch result.terminationStatus {
    case .exited(let code): return .code(code)
    case .signaled(let number): return .signal(SignalName.of(number))
    }
  }

  private func configuration(_ text: String) -> Configuration {
    var options = PlatformOptions()
    options.createSession = true
    // What happens on cancellation, and so on a deadline too.
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: grace)
    ]
    return Configuration(
      executable: .path("/bin/sh"), arguments: ["-c", text],
      environment: .inherited(withholding: withheld), platformOptions: options)
  }

  /// Hands over both streams to their end, then waits for the command's end; false when it was cancelled.
  private func follow(
    _ execution: Execution<FileDescriptorInput, SequenceOutput, SequenceOutput>,
    _ output: @escaping @Sendable (CommandOutput) async -> Void
  ) async throws -> Bool {
    try await withThrowingTaskGroup(of: Void.self) { group in
      let streams = [
        (CommandOutput.Stream.standardOutput, execution.standardOutput), (.standardError, execution.standardError),
      ]
      for (stream, pieces) in streams {
        group.addTask {
          for try await piece in pieces { await output(CommandOutput(stream, piece.withUnsafeBytes(Array.init))) }
        }
      }
      try await group.waitForAll()
    }
    // Signal 0 does nothing: this is the library's way to wait for the end of a command that closed its streams early.
    await execution.teardown(
      using: [.send(signal: Signal(rawValue: 0), allowedDurationToNextStep: .seconds(86_400 * 365))])
    guard Task.isCancelled else { return true }
    // The shell has ended but is not reaped yet, so its number still means its group and nobody else's.
    await ProcessGroup(leader: execution.processIdentifier.value).waitForEnd(within: grace)
    try? execution.send(signal: .kill, toProcessGroup: true)
    return false
  }

  /// A file in memory, without a name, that holds `bytes`. Unlike a pipe it needs nobody to feed it, so a command that never
  /// reads its input blocks nothing, and one that ends early raises no SIGPIPE.
  private static func inputFile(_ bytes: [UInt8]) throws(Failure) -> Int32 {
    let name = "/zdupgrade-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
    let descriptor = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0o600)
    guard descriptor >= 0 else { throw Failure(.io, "make a file for the command's input: errno \(errno)") }
    shm_unlink(name)
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else {
        close(descriptor)
        throw Failure(.io, "write the command's input: errno \(errno)")
      }
      rest = rest.dropFirst(count)
    }
    lseek(descriptor, 0, SEEK_SET)
    return descriptor
  }
}
