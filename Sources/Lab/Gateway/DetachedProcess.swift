import FoundationEssentials
import Glibc
import Upgrade

/// A process that outlives the command that starts it: no terminal, no descriptor of the SSH channel, output in a log.
enum DetachedProcess {
  /// The descriptor on which the new process says `ready` or why it cannot start, and a NUL behind it.
  static let reportDescriptor: Int32 = 3

  /// Starts `program` and waits for its report.
  ///
  /// - Returns: what it reported; empty when it ended before it could.
  /// - Throws: `Failure` of kind `.io` when it cannot be started, `.timeout` when it says nothing in time.
  static func start(
    _ program: String, _ arguments: [String], environment: [String], log: String, timeout: Duration
  ) async throws -> String {
    var ends: [Int32] = [0, 0]
    // A socket pair and not a pipe: it is closed on exec from its making on, so that nothing else that starts
    // at the same time keeps our end of it open.
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw Failure(.io, "start \(program): \(String(cString: strerror(errno)))")
    }
    let reader = ends[0]
    defer { close(reader) }
    _ = fcntl(reader, F_SETFL, O_NONBLOCK)
    let result = spawn(program, arguments, environment: environment, log: log, report: ends[1])
    close(ends[1])
    guard result == 0 else { throw Failure(.io, "start \(program): \(String(cString: strerror(result)))") }
    return try await report(from: reader, of: program, timeout: timeout)
  }

  /// To be called first in the new process: a session of its own.
  static func becomeIndependent() {
    setsid()
    _ = fcntl(reportDescriptor, F_SETFD, FD_CLOEXEC)
  }

  private static func spawn(
    _ program: String, _ arguments: [String], environment: [String], log: String, report: Int32
  ) -> Int32 {
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO)
    posix_spawn_file_actions_adddup2(&files, report, reportDescriptor)
    // Here and not in the new process, where the runtime has descriptors of its own before the first line runs.
    for descriptor in openDescriptors where descriptor > reportDescriptor {
      posix_spawn_file_actions_addclose(&files, descriptor)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A caller that blocks or ignores signals must not make a process that cannot be stopped.
    var mask = sigset_t()
    sigemptyset(&mask)
    posix_spawnattr_setsigmask(&attributes, &mask)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let argv = ([program] + arguments).map { strdup($0) } + [nil]
    let envp = environment.map { strdup($0) } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var pid: pid_t = 0
    return posix_spawn(&pid, program, &files, &attributes, argv, envp)
  }

  /// Those of this process; one that is closed meanwhile does no harm.
  private static var openDescriptors: [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return names.compactMap { Int32($0) }
  }

  private static func report(from reader: Int32, of program: String, timeout: Duration) async throws -> String {
    let deadline = ContinuousClock.now + timeout
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while ContinuousClock.now < deadline {
      let count = read(reader, &buffer, buffer.count)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      if count > 0 {
        bytes += buffer[..<count]
        if let end = bytes.firstIndex(of: 0) { return String(decoding: bytes[..<end], as: UTF8.self) }
      } else if errno != EAGAIN && errno != EINTR {
        break
      } else {
        try await Task.sleep(for: .milliseconds(5))
      }
    }
    throw Failure(.timeout, "\(program) did not say that it is ready")
  }
}
