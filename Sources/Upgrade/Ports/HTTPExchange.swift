/// One HTTP request and its answer; redirects are not followed.
public protocol HTTPExchange: Sendable {
  /// Sends `request` and gives the answer, whatever its status.
  ///
  /// - Parameters:
  ///   - trust: whose certificates are accepted where the URL is of `https`.
  ///   - timeout: for the whole answer.
  /// - Throws: `Failure` of kind `.unreachable` when there is none, `.timeout` when it took too long, `.refused` when it is
  ///   too long, `.io` when the file of certificates cannot be read; `CancellationError`.
  func answer(to request: HTTPQuestion, trust: TLSTrust, timeout: Duration) async throws -> HTTPAnswer
}

/// An HTTP request.
public struct HTTPQuestion: Sendable, Hashable {
  /// `GET`, `PATCH`, ...
  public let method: String
  /// Where to.
  public let url: String
  /// User and password for basic authentication.
  public let login: Login?
  /// What is sent: JSON, or nothing.
  public let json: [UInt8]?
  /// Headers by name, besides those that follow from the rest.
  public let headers: [String: String]
  /// Whether the answer's body matters; if not, only its beginning is read.
  public let isBodyNeeded: Bool

  /// Who asks.
  public struct Login: Sendable, Hashable {
    /// The user's name; it holds no colon.
    public let user: String
    /// The user's password.
    public let password: Secret

    /// A login.
    public init(user: String, password: Secret) {
      self.user = user
      self.password = password
    }
  }

  /// A request.
  public init(
    _ method: String, _ url: String, login: Login? = nil, json: [UInt8]? = nil, headers: [String: String] = [:],
    isBodyNeeded: Bool = true
  ) {
    self.method = method
    self.url = url
    self.login = login
    self.json = json
    self.headers = headers
    self.isBodyNeeded = isBodyNeeded
  }
}

/// What came back.
public struct HTTPAnswer: Sendable, Hashable {
  /// The status code.
  public let status: Int
  /// The body.
  public let body: [UInt8]

  /// An answer.
  public init(status: Int, body: [UInt8]) {
    self.status = status
    self.body = body
  }
}
