import Upgrade

/// Asks a domain's Admin Node Manager for its topology.
///
/// Source: the vendor's documentation of the Topology API (`GET https://ANM:8090/api/topology`, basic authentication).
public struct TopologyAPI: Sendable {
  private let http: any HTTPExchange & CertificateReader
  private let trust: TLSTrust
  private let timeout: Duration
  private let port: Int
  /// Where it is asked.
  public let url: String

  /// The API of the Admin Node Manager on `host`, a name or an address, at `port`.
  ///
  /// - Throws: `Failure` of kind `.refused` when `host` is neither.
  public init(
    host: String, port: Int, trust: TLSTrust, timeout: Duration, http: any HTTPExchange & CertificateReader
  ) throws(Failure) {
    url = try Self.url(host: host, port: port)
    (self.http, self.trust, self.timeout, self.port) = (http, trust, timeout, port)
  }

  /// Where the Admin Node Manager on `host` is asked.
  ///
  /// - Throws: `Failure` of kind `.refused` when `host` is neither a name nor an address.
  public static func url(host: String, port: Int) throws(Failure) -> String {
    let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    let isAddress =
      bare.count { $0 == ":" } > 1 && bare.allSatisfy { $0 == ":" || $0 == "." || $0.isASCII && $0.isHexDigit }
    let isName = bare.unicodeScalars.allSatisfy { scalar in
      scalar.isASCII
        && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-._".unicodeScalars.contains(scalar))
    }
    guard !bare.isEmpty, !bare.hasPrefix("-"), isAddress || isName else {
      throw Failure(
        .refused, "'\(PlainText.oneLine(host))' is no host name or address",
        remedy: "give the name alone, like anm.example.com, and the port as --anm_port")
    }
    return "https://\(isAddress ? "[\(bare)]" : bare):\(port)/api/topology"
  }

  /// What the domain consists of.
  ///
  /// - Throws: `Failure` when it cannot be asked, does not believe `login`, or gives no topology; `CancellationError`.
  public func topology(as login: HTTPQuestion.Login) async throws -> DomainTopology {
    let question = HTTPQuestion("GET", url, login: login, headers: ["Accept": "application/json"])
    let answer: HTTPAnswer
    do {
      answer = try await http.answer(to: question, trust: trust, timeout: timeout)
    } catch let failure as Failure where failure.kind == .unreachable {
      throw await explained(failure)
    }
    guard answer.status == 200 else { throw refusal(answer.status, login.user) }
    return try DomainTopology(json: answer.body, from: url)
  }

  /// Where a TLS connection succeeds as soon as nobody looks at the certificate, and not before, it was the certificate.
  private func explained(_ failure: Failure) async -> Failure {
    let anybody = TLSTrust(isInsecure: true)
    guard !trust.isInsecure, let seen = try? await http.certificate(of: url, trust: anybody, timeout: timeout),
      seen != trust.pin
    else { return failure }
    if trust.pin == nil, await (try? http.certificate(of: url, trust: trust, timeout: timeout)) != nil {
      return failure
    }
    let known =
      "on its host, 'openssl s_client -connect localhost:\(port) </dev/null | openssl x509 -noout -fingerprint -sha256' shows "
      + "the right one"
    let remedy =
      if let pin = trust.pin {
        "it is not \(pin): the certificate was renewed, or somebody else answers. Compare it (\(known)), and give the new "
          + "one as --fingerprint only then"
      } else {
        "a self-signed one is usual there: compare its fingerprint (\(known)) and give --fingerprint \(seen), or the "
          + "certificate's issuer as --ca_file"
      }
    return Failure(
      .unreachable, "\(url): its certificate is not trusted; its fingerprint is \(seen)", evidence: failure.evidence,
      remedy: remedy)
  }

  private func refusal(_ status: Int, _ user: String) -> Failure {
    switch status {
    case 401:
      Failure(
        .authentication, "\(url): it refuses the user '\(PlainText.oneLine(user))' or the password (401)",
        remedy: "check --username, and the password: that of the domain's administrator")
    case 403:
      Failure(
        .authentication, "\(url): the user '\(PlainText.oneLine(user))' may not see the topology (403)",
        remedy: "give an administrator of the domain as --username")
    case 300..<400:
      Failure(
        .refused, "\(url): it answers \(status), a redirect, which is not followed with a password",
        remedy: "give the Admin Node Manager's own host and management port as --anm_host and --anm_port")
    case 404:
      Failure(
        .refused, "\(url): there is no Topology API (404)",
        remedy: "give the host and management port of an Admin Node Manager as --anm_host and --anm_port")
    default:
      Failure(
        .refused, "\(url): it answers \(status) instead of 200",
        remedy: "look into the Admin Node Manager's trace log, and try again")
    }
  }
}
