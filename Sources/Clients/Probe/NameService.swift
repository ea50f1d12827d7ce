import Dispatch
import Glibc
import NIOCore
import NIOPosix
import Synchronization
import Upgrade

/// Asks the host's name service, one question at a time for each name: those who ask meanwhile get the same answer, so
/// that a name service that hangs holds one thread and not one for each probe.
final class NameService: Sendable {
  private struct Question: Hashable {
    let host: String
    let port: Int
  }

  private let queue = DispatchQueue(label: "zdupgrade.names", attributes: .concurrent)
  private let waiting = Mutex<[Question: [EventLoopPromise<[SocketAddress]>]]>([:])

  /// The addresses of `host`; fails with a `ProbeFault` where the name is not known, else with a `ProbeObstacle`.
  func addresses(of host: String, port: Int, on loop: any EventLoop) -> EventLoopFuture<[SocketAddress]> {
    let promise = loop.makePromise(of: [SocketAddress].self)
    let question = Question(host: host, port: port)
    let isFirst = waiting.withLock { waiting in
      waiting[question, default: []].append(promise)
      return waiting[question]?.count == 1
    }
    if isFirst {
      queue.async {
        let answer = Self.ask(host, port)
        for promise in self.waiting.withLock({ $0.removeValue(forKey: question) ?? [] }) {
          promise.completeWith(answer)
        }
      }
    }
    return promise.futureResult
  }

  private static func ask(_ host: String, _ port: Int) -> Result<[SocketAddress], any Error> {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &list)
    let system = errno
    guard code == 0 else { return .failure(error(code, system, host)) }
    defer { freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var entry = list
    while let info = entry?.pointee {
      switch info.ai_family {
      case AF_INET:
        info.ai_addr.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
          addresses.append(SocketAddress($0.pointee, host: host))
        }
      case AF_INET6:
        info.ai_addr.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
          addresses.append(SocketAddress($0.pointee, host: host))
        }
      default: break
      }
      entry = info.ai_next
    }
    return .success(addresses)
  }

  private static func error(_ code: Int32, _ system: Int32, _ host: String) -> any Error {
    switch code {
    case EAI_NONAME, -5, -9: ProbeFault.unknownName(host)  // also no address (of the family): glibc's own codes
    case EAI_MEMORY: ProbeObstacle.noMemory
    case EAI_SYSTEM: ProbeTrouble.obstacle(errno: system) ?? .nameService(ProbeTrouble.text(errno: system))
    default: ProbeObstacle.nameService(String(cString: gai_strerror(code)).lowercased())
    }
  }
}

/// Resolves the name of one request.
final class NameResolver: Resolver, Sendable {
  private let addresses: EventLoopFuture<[SocketAddress]>
  private let done = Atomic(false)

  init(_ request: ProbeRequest, _ names: NameService, on loop: any EventLoop) {
    addresses = names.addresses(of: request.host, port: request.port, on: loop)
    addresses.whenComplete { [self] _ in done.store(true, ordering: .relaxed) }
  }

  /// Whether the name service has answered.
  var isDone: Bool { done.load(ordering: .relaxed) }

  func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
    addresses.map { $0.filter { $0.protocol == .inet } }
  }

  func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
    addresses.map { $0.filter { $0.protocol == .inet6 } }
  }

  func cancelQueries() {}
}
