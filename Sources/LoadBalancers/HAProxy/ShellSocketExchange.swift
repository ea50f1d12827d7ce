import Upgrade

/// Asks a socket on the balancer's host, by a script there: the socket need not be reachable from the control node.
struct ShellSocketExchange: SocketExchange {
  let shell: BalancerShell

  func exchange(
    _ bytes: [UInt8], with endpoint: SocketEndpoint, limit: Int, timeout: Duration
  ) async throws -> [UInt8] {
    let arguments =
      switch endpoint {
      case .unix(let path): ["unix", path, ""]
      case .tcp(let host, let port): ["tcp", host, String(port)]
      }
    let seconds = max(1, timeout.components.seconds)
    // The script has its own limit; ours is for a connection that says nothing any more.
    let answer = try await shell.run(
      SocketScript.text, arguments + [String(seconds)], input: bytes, timeout: .seconds(seconds + 5))
    guard answer.output.count <= limit else { throw SocketTrouble.tooLong }
    switch answer.exit {
    case .code(0): return answer.output
    case .code(SocketScript.unknown): throw SocketTrouble.unknown
    case .code(SocketScript.notAllowed): throw SocketTrouble.notAllowed
    case .code(SocketScript.refused): throw SocketTrouble.refused
    case .code(SocketScript.timedOut): throw SocketTrouble.timedOut
    case .code(SocketScript.noTool):
      throw Failure(
        .balancer, "there is none of perl, python3, socat and nc -U on the balancer's host to ask \(endpoint) with",
        remedy: "install one of them there, for example socat")
    default: throw SocketTrouble.broken(answer.lines.last ?? "the script on the balancer's host failed")
    }
  }
}
