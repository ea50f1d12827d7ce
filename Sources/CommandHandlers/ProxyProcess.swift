import Glibc
import SSH
import Subprocess
import SystemPackage

/// The operator's `ProxyCommand`: a process that carries a connection on its standard input and output.
public enum ProxyProcess {
  /// A proxy that `/bin/sh` runs `command` for, whose tokens are replaced. The process ends when its input does.
  ///
  /// - Parameter withheld: environment variables that it must not see, such as those that carry secrets.
  public static func proxy(_ command: String, withholding withheld: [String]) -> SSHProxy {
    SSHProxy { proxy in
      let pair = try SocketPair.make()
      // The process does not expect that its input does not wait.
      _ = fcntl(pair.far, F_SETFL, fcntl(pair.far, F_GETFL) & ~O_NONBLOCK)
      Task.detached { await run(command, withheld, over: pair.far) { proxy.note($0) } }
      return pair.near
    }
  }

  private static func run(
    _ command: String, _ withheld: [String], over socket: Int32, note: @Sendable ([String]) -> Void
  ) async {
    var options = PlatformOptions()
    // A Ctrl-C on the terminal is for us alone.
    options.createSession = true
    // Each of the two is closed here when the process has it, so that the process's end is the connection's.
    let (input, output) = (
      FileDescriptor(rawValue: socket), FileDescriptor(rawValue: fcntl(socket, F_DUPFD_CLOEXEC, 0))
    )
    do {
      let result = try await Subprocess.run(
        .path("/bin/sh"), arguments: ["-c", "exec \(command)"],
        environment: .inherited(withholding: withheld), platformOptions: options,
        input: .fileDescriptor(input, closeAfterSpawningProcess: true),
        output: .fileDescriptor(output, closeAfterSpawningProcess: true), error: .string(limit: 1 << 16))
      note(result.standardError.split(whereSeparator: \.isNewline).suffix(5).map(String.init))
    } catch {
      note(["\(error)"])
    }
  }
}
