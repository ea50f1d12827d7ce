import Upgrade

/// Sees that the datastore that is emptied is not the one that is copied from, under another name.
///
/// Two names of one host are not seen through by their URLs; the datastores themselves tell by their cluster's identity.
/// Where the control node does not reach them, or they ask for somebody that the file does not name, nothing is known. A
/// password is sent to nobody whose certificate is not checked.
public struct DatastoreCheck: Sendable {
  private static let limit = Duration.seconds(10)
  private let http: any HTTPExchange

  /// A check by `http`.
  public init(_ http: any HTTPExchange) { self.http = http }

  /// The problem where both are the same; nil where they are not, or nothing is known.
  ///
  /// - Parameters:
  ///   - source: what is copied from, with who reads there.
  ///   - target: what is emptied.
  public func problem(source: ReindexSource, target: ReindexSource) async -> Problem? {
    async let first = identity(of: source)
    async let second = identity(of: target)
    guard let identity = await first, await second == identity else { return nil }
    return Problem(
      node: nil, "\(source.url) and \(target.url) are one datastore (cluster \(PlainText.oneLine(identity)))",
      remedy: "correct source.url or target.url; what is to be copied would be emptied first")
  }

  /// - Returns: the cluster's identity, which is its own since it was first started; nil where it is not told.
  private func identity(of datastore: ReindexSource) async -> String? {
    let question = HTTPQuestion("GET", datastore.url, login: datastore.login, headers: ["Accept": "application/json"])
    let trust = TLSTrust(isInsecure: datastore.login == nil)
    let answer = try? await http.answer(to: question, trust: trust, timeout: Self.limit)
    guard let answer, answer.status == 200, let identity = AnswerReader(answer.body)?.string("cluster_uuid") else {
      return nil
    }
    // A cluster that has not formed yet has none, and says so.
    return ["", "_na_"].contains(identity) ? nil : identity
  }
}
