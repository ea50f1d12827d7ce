import CommandHandlers
import FoundationEssentials
import Glibc
import Testing
import Upgrade

@testable import LoadBalancers

@Suite("The script that asks a socket on the balancer's host", .serialized)
struct SocketScriptTests {
  /// What there may be to ask with.
  static let tools = ["perl", "python3", "socat", "nc"].filter { tool in
    ["/usr/bin", "/bin"].contains { access("\($0)/\(tool)", X_OK) == 0 }
  }

  @Test("each tool gives the same bytes, on unix and TCP sockets, also where the path is odd", arguments: tools)
  func sameBytes(tool: String) async throws {
    try await HAProxyBench.with { bench in
      let odd = bench.directory + "/a b,c:d!'\"ü.sock"
      #expect(symlink(bench.balancer.socket, odd) == 0)
      let way = try Way(tool, in: bench.directory)
      let direct = try await bench.balancer.runtime("show servers state nodes")
      for endpoint in [SocketEndpoint.unix(bench.balancer.socket), .unix(odd), SocketEndpoint(bench.tcp)].compactMap({
        $0
      }) {
        let bytes = try await way.exchange.exchange(
          Array("show servers state nodes\n".utf8), with: endpoint, limit: 1 << 20, timeout: .seconds(10))
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").count
        #expect(lines == direct.split(separator: "\n").count, "\(endpoint)")
      }
    }
  }

  @Test("each tool says what is wrong, in bounded time", arguments: tools)
  func troubles(tool: String) async throws {
    let folder = "/tmp/zdu-sock-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let way = try Way(tool, in: folder)
    let silent = try SilentServer(path: folder + "/silent.sock")
    let dead = try SilentServer(path: folder + "/dead.sock")
    dead.stop()
    defer { silent.stop() }
    for (path, trouble) in [
      ("/no/such.sock", SocketTrouble.unknown), (dead.name, .refused), (silent.name, .timedOut),
    ] {
      let found = await #expect(throws: SocketTrouble.self) {
        _ = try await way.exchange.exchange(Array("x\n".utf8), with: .unix(path), limit: 100, timeout: .seconds(1))
      }
      #expect(found == trouble, "\(path)")
    }
  }

  @Test("where there is no tool, that is said with the names of those that would do")
  func noTool() async throws {
    try await HAProxyBench.with { bench in
      let way = try Way(nil, in: bench.directory)
      let failure = await #expect(throws: Failure.self) {
        _ = try await way.exchange.exchange(
          Array("x\n".utf8), with: .unix(bench.balancer.socket), limit: 100, timeout: .seconds(1))
      }
      #expect(failure?.message.hasPrefix("there is none of perl, python3, socat and nc -U") == true)
      #expect(failure?.kind == .balancer)
    }
  }

  /// Runs the script with nothing in PATH but one tool and what the script itself needs.
  private struct Way {
    let exchange: ShellSocketExchange

    init(_ tool: String?, in folder: String) throws {
      let bin = folder + "/bin"
      try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
      for name in ["timeout", "mktemp", "ln", "rm", "grep", "sh"] + [tool].compactMap({ $0 }) {
        guard symlink("/usr/bin/\(name)", "\(bin)/\(name)") == 0 else { throw Failure(.io, "link \(name)") }
      }
      exchange = ShellSocketExchange(shell: BalancerShell(handler: Poor(path: bin), node: ""))
    }
  }
}

/// Runs commands here with another PATH.
private struct Poor: CommandHandler {
  let path: String

  func run(
    _ command: ShellCommand, on node: String, timeout: Duration?,
    output: @escaping @Sendable (CommandOutput) async -> Void
  ) async throws -> CommandExit {
    let text = "PATH='\(path)'; export PATH; \(command.text)"
    return try await LocalCommandHandler().run(
      ShellCommand(text, standardInput: command.standardInput), on: node, timeout: timeout, output: output)
  }
}
