import Glibc
import SSH
import Subprocess
import SystemPackage

/// The operator's `ProxyCommand`: a process that carries a connection on its standard input and output.
public enum ProxyProcess {
  /// A proxy that `/bin/sh` runs `command` for, whose tokens are replaced. The process ends when its input does.
  public static func proxy(_ command: String) -> SSHProxy {
    SSHProxy { proxy in
      let pair = try SocketPair.make()
      // The process does not expect that its input does not wait.
      _ = fcntl(pair.far, F_SETFL, fcntl(pair.far, F_GETFL) & ~O_NONBLOCK)
      Task.detached { await run(command, over: pair.far) { proxy.note($0) } }
      return pair.near
    }
  }

  private static func run(_ command: String, over socket: Int32, note: @Sendable ([String]) -> Void) async {
    var options = PlatformOptions()
    // A Ctrl-C on the terminal is for us alone.
    options.createSession = true
    let descriptor = FileDescriptor(rawValue: socket)
    do {
      let result = try await Subprocess.run(
        .path("/bin/sh"), arguments: ["-c", "exec \(command)"], platformOptions: options,
        input: .fileDescriptor(descriptor, closeAfterSpawningProcess: false),
        output: .fileDescriptor(descriptor, closeAfterSpawningProcess: true), error: .string(limit: 1 << 16))
      note(result.standardError.split(whereSeparator: \.isNewline).suffix(5).map(String.init))
    } catch {
      note(["\(error)"])
    }
  }
}
