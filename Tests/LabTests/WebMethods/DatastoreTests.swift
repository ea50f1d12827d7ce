import FoundationEssentials
import Testing
import Upgrade

@testable import Lab

@Suite("the simulated datastore")
struct DatastoreTests {
  @Test("of the documents of one name the last one counts, and a line that is not whole yet does not")
  func segments() async throws {
    try await withFolderOfItsOwn { path in
      let folder = DatastoreFolder(path: path)
      try folder.make()
      #expect(folder.documents(in: "none").isEmpty)
      try folder.append(
        [StoredDocument(id: "a", source: "1"), StoredDocument(id: "b", source: "2")], to: "i", segment: "1")
      try folder.append([StoredDocument(id: "a", source: "3")], to: "i", segment: "2")
      TextFile.append("c\t4", to: "\(path)/indices/i/2")
      #expect(
        folder.documents(in: "i") == [StoredDocument(id: "a", source: "3"), StoredDocument(id: "b", source: "2")])
      TextFile.append("\n", to: "\(path)/indices/i/2")
      #expect(folder.identifiers(in: "i") == ["a", "b", "c"])
      try folder.replace([StoredDocument(id: "d", source: "5")], in: "i")
      #expect(folder.indices == ["i"] && folder.documents(in: "i").map(\.id) == ["d"])
      try folder.clean(backup: nil)
      #expect(folder.indices.isEmpty)
      #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == ["identity", "indices"])
    }
  }

  @Test("as many documents are made as were asked for, in all indices, quickly also when they are many")
  func generated() async throws {
    try await withFolderOfItsOwn { path in
      for count in [DocumentGenerator.least, 101, 20_000] {
        let folder = DatastoreFolder(path: "\(path)/\(count)")
        try folder.make()
        let start = ContinuousClock.now
        try DocumentGenerator(tenant: "t", version: .v10_11).fill(folder, count: count)
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(folder.indices.count == DatastoreIndex.core.count + DatastoreIndex.logs.count)
        #expect(folder.indices.reduce(0) { $0 + folder.identifiers(in: $1).count } == count)
        #expect(folder.documents(in: "gateway_t_apis").count == DocumentGenerator.apis(of: count))
      }
    }
  }

  @Test("JSON is written as it was read, whatever characters are in it")
  func json() throws {
    let text = #"{"a":"\"§\\\n\u0001","b":true,"c":1,"d":[1,{"e":null}],"f":1.5}"#
    let fields = try #require(JSONText.fields(text))
    let line = try #require(JSONText.line(fields))
    #expect(!line.contains("\n"))
    let again = try #require(JSONText.fields(line))
    #expect(again["a"] as? String == "\"§\\\n\u{1}" && again.count == 5)
    #expect(line.contains(#""b":true,"c":1,"d":[1,{"e":null}],"f":1.5"#), "\(line)")
  }

  @Test("what several processes change at once is changed by one after the other")
  func sharedFile() async throws {
    try await withFolderOfItsOwn { path in
      let file = SharedFile(path: "\(path)/numbers", initial: [Int]())
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<40 {
          group.addTask { try? file.update { (numbers) throws(Failure) in numbers.append(number) } }
        }
      }
      #expect(file.read().sorted() == Array(0..<40))
    }
  }

  @Test("over HTTP it is read page by page, by those who may")
  func server() async throws {
    try await withFolderOfItsOwn { path in
      let folder = DatastoreFolder(path: path)
      try folder.make()
      try folder.append((1...5).map { StoredDocument(id: "\($0)", source: #"{"n":\#($0)}"#) }, to: "i", segment: "1")
      let responder = DatastoreResponder(
        folder: folder, user: BasicUser(name: "u", password: "p"), log: "\(path)/log")
      let address = LoopbackPort.ownAddress()
      let port = try LoopbackPort.free(at: address)
      let listener = HTTPListener(address: address, port: port) { request in
        guard let call = await HTTPCall(request) else { return ServerAnswer(.badRequest) }
        return await responder.answer(call)
      }
      try await listener.start()
      let url = "http://\(address):\(port)"
      let headers = ["Authorization": "Basic dTpw"]
      #expect(await Answer.get(url).status == 401)
      #expect(await Answer.get(url, headers).body.contains(folder.identity ?? "none"))
      #expect(await Answer.get("\(url)/_cat/indices", headers).body.contains(#""docs.count":"5""#))
      for (search, status) in [("/none/_search?scroll=1m", 404), ("/i/_search?scroll=1m", 400)] as [(String, UInt)] {
        #expect(
          await Answer.send("POST", url + search, #"{"size":\#(status == 400 ? 0 : 2)}"#, headers).status == status)
      }
      var page = await Answer.send("POST", "\(url)/i/_search?scroll=1m", #"{"size":2}"#, headers)
      var sizes: [Int] = []
      while let hits = (JSONText.fields(page.body)?["hits"] as? [String: Any])?["hits"] as? [Any], sizes.count < 9 {
        sizes.append(hits.count)
        if hits.isEmpty { break }
        let id = JSONText.fields(page.body)?["_scroll_id"] as? String ?? ""
        page = await Answer.send("POST", "\(url)/_search/scroll", #"{"scroll_id":"\#(id)"}"#, headers)
      }
      #expect(sizes == [2, 2, 1, 0])
      await listener.stop(within: .seconds(1))
    }
  }
}
