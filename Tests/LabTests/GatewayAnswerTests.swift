import Glibc
import Testing

@testable import Lab

extension OnStage {
  @Suite("The simulated gateway's answers") struct GatewayAnswerTests {
    @Test("POST gives the body back, chunks and streams come in pieces, straight and behind each balancer")
    func answers() async throws {
      for balancer in LabBalancer.allCases {
        try await withLab(nodes: 1, balancer: balancer) { lab async throws in
          let node = lab.description.nodes[0]
          for url in [node.url(of: node.instances[0]), lab.description.groups[0].url] {
            let body = String(repeating: "ü€", count: 3000)
            #expect(await Answer.post("\(url)/", body).body == body)
            let chunked = await Answer.get("\(url)/chunked?pieces=3&ms=100")
            #expect(chunked.body == "1\n2\n3\n" && chunked.pieces > 1 && chunked.headers["content-length"] == nil)
            let stream = await Answer.get("\(url)/stream?seconds=1")
            #expect(stream.body == "1\n2\n3\n4\n5\n" && stream.pieces > 1)
          }
        }
      }
    }

    @Test("a request with a sequence is written down when it begins and when it is answered, by the one that serves it")
    func served() async throws {
      try await withLab(nodes: 1) { lab in
        let node = lab.description.nodes[0]
        let url = node.url(of: node.instances[0])
        let installation = Installation(.old, of: node, in: lab.description)
        let path = installation.served(by: .instance(node.instances[0]))
        #expect(await Answer.get("\(url)/").status == 200)
        #expect(await Answer.get("\(url)/healthcheck").headers["x-zdu-sequence"] == nil)
        #expect(!TextFile.exists(path), "what has no sequence leaves no trace")
        #expect(await Answer.post("\(url)/", "x", ["X-Zdu-Sequence": "a-1"]).headers["x-zdu-sequence"] == "a-1")
        #expect(await eventually { TextFile.read(path) == "b a-1\nc a-1\n" })
        let slow = Task { await Answer.get("\(url)/slow?ms=500", ["X-Zdu-Sequence": "a-2"]) }
        #expect(await eventually { TextFile.read(path)?.hasSuffix("b a-2\n") == true })
        kill(try #require(installation.record(of: .instance(node.instances[0])).running).pid, SIGKILL)
        #expect(await slow.value.status == nil)
        #expect(TextFile.read(path) == "b a-1\nc a-1\nb a-2\n")
      }
    }
  }
}
