import HTTPListener
public import Upgrade

/// Shows the report on a run in browsers while it is under way. Read-only, and only for who knows the URL.
///
/// It speaks plain HTTP. A GET of the unguessable path is the page, one of `events` below it is a stream of server-sent
/// events (WHATWG HTML, section 9.2) with the parts that change; anything else is a 404.
public struct ReportServer: Sendable {
  private let listener: HTTPListener

  /// The page's URL.
  public let url: String

  /// Listens on `host` and `port`, and returns once requests are taken.
  ///
  /// - Parameters:
  ///   - host: a name or an address of this host, without brackets.
  ///   - port: a TCP port; 0 for any that is free.
  ///   - setting: the option by which the address is given.
  /// - Throws: `Failure` of kind `.io` that says what to do when the address cannot be listened on.
  public static func start(
    host: String, port: Int, setting: String, token: URLToken = URLToken(), _ page: LivePage
  ) async throws(Failure) -> ReportServer {
    let desk = ReportDesk(token: token, page: page)
    let listener = try await HTTPListener.start(
      host: host, port: port, to: "show the report", setting: setting, desk.answer)
    let place = "\(host.contains(":") ? "[\(host)]" : host):\(listener.port)"
    return ReportServer(listener: listener, url: "http://\(place)/\(token.text.reveal())/")
  }

  /// Ends it; browsers are told nothing more.
  public func stop() async { await listener.stop() }
}
