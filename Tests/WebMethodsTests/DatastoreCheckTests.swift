import Testing
import Upgrade

@testable import WebMethods

@Suite("Whether the datastore that is emptied is the one that is copied from")
struct DatastoreCheckTests {
  /// Answers by the host that is asked, since both are asked at once.
  private actor Datastores: HTTPExchange {
    private(set) var questions: [HTTPQuestion] = []
    private let answers: [String: ScriptedExchange.Reply]

    init(_ answers: [String: ScriptedExchange.Reply]) { self.answers = answers }

    func answer(to request: HTTPQuestion, trust: TLSTrust, timeout: Duration) async throws -> HTTPAnswer {
      questions.append(request)
      guard trust.isInsecure != (request.login != nil) else {
        throw Failure(.refused, "a password goes only where the certificate is checked, and only then it has to be")
      }
      switch answers[request.url] {
      case .status(let status, let body): return HTTPAnswer(status: status, body: Array(body.utf8))
      case .fails(let failure): throw failure
      case nil: preconditionFailure("the test said nothing about this request: \(request.url)")
      }
    }
  }

  private static let source = ReindexSource(
    url: "http://es-old:9240", login: .init(user: "elastic", password: Secret("s3cret")))
  private static let target = ReindexSource(url: "https://es-new:9240")

  private static func cluster(_ identity: String) -> ScriptedExchange.Reply {
    .ok(#"{"name":"node-1","cluster_uuid":"\#(identity)"}"#)
  }

  private static func problem(
    _ source: ScriptedExchange.Reply, _ target: ScriptedExchange.Reply
  ) async -> (problem: Problem?, questions: [HTTPQuestion]) {
    let http = Datastores([Self.source.url: source, Self.target.url: target])
    let problem = await DatastoreCheck(http).problem(source: Self.source, target: Self.target)
    return (problem, await http.questions)
  }

  @Test("one cluster under two names is seen by its identity, and both names are told")
  func same() async {
    let (problem, questions) = await Self.problem(Self.cluster("aB3-x"), Self.cluster("aB3-x"))
    #expect(problem?.text == "http://es-old:9240 and https://es-new:9240 are one datastore (cluster aB3-x)")
    #expect(problem?.node == nil && problem?.remedy.contains("emptied") == true)
    #expect(questions.allSatisfy { $0.method == "GET" && $0.json == nil } && questions.count == 2)
    #expect(questions.first { $0.url == Self.source.url }?.login == Self.source.login)
    #expect(questions.first { $0.url == Self.target.url }?.login == nil)
  }

  @Test(
    "two clusters are no problem, nor is one of which nothing is known",
    arguments: [
      (cluster("a"), cluster("b")), (cluster("a"), .status(401, "{}")), (.lost, cluster("a")), (.lost, .lost),
      (cluster("_na_"), cluster("_na_")), (cluster(""), cluster("")), (.ok("<html>"), .ok("<html>")),
      (.ok("{}"), .ok("{}")), (.status(500, #"{"cluster_uuid":"a"}"#), .status(500, #"{"cluster_uuid":"a"}"#)),
    ])
  func unlike(source: ScriptedExchange.Reply, target: ScriptedExchange.Reply) async {
    #expect(await Self.problem(source, target).problem == nil)
  }
}
