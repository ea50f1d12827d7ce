import Upgrade
import WebMethods

/// Answers requests in the order in which a test says, and fails loudly for one that it was not told about.
actor ScriptedExchange: HTTPExchange {
  enum Reply {
    case status(Int, String)
    case fails(Failure)

    static func ok(_ body: String = "{}") -> Reply { .status(200, body) }
    static let lost = Reply.fails(Failure(.unreachable, "URL: the connection broke before the answer was complete"))
    static let late = Reply.fails(Failure(.timeout, "URL: no whole answer within 30 s"))
  }

  private(set) var questions: [HTTPQuestion] = []
  private(set) var trusts: [TLSTrust] = []
  private var replies: [Reply]

  init(_ replies: [Reply]) { self.replies = replies }

  /// The requests as `METHOD URL BODY`, without what is the same in all.
  var requests: [String] {
    questions.map { question in
      let url = question.url.replacing("https://gw.example:5543", with: "")
      let body = question.json.map { " " + String(decoding: $0, as: UTF8.self) } ?? ""
      return "\(question.method) \(url)\(body)"
    }
  }

  /// How many replies were not asked for.
  var left: Int { replies.count }

  func answer(to request: HTTPQuestion, trust: TLSTrust, timeout: Duration) async throws -> HTTPAnswer {
    questions.append(request)
    trusts.append(trust)
    guard !replies.isEmpty else {
      preconditionFailure("the test said nothing about this request: \(request.method) \(request.url)")
    }
    switch replies.removeFirst() {
    case .status(let status, let body): return HTTPAnswer(status: status, body: Array(body.utf8))
    case .fails(let failure): throw failure
    }
  }
}
