import Foundation
import Testing
import Upgrade

@testable import Axway

@Suite("Probes in the topology file")
struct ProbeSettingsTests {
  private static func topology(_ keys: String, folder: String = "/etc/zdu") throws(Failure) -> Topology {
    let node = #"{"name":"A","host":"a","nodeManager":"admin"}"#
    let json = #"{"nodes":[\#(node)],\#(keys)}"#
    return try TopologyBuilder.topology(json: Data(json.utf8), file: "t.json", folder: folder)
  }

  @Test("a probe is read with all its keys; a URL alone is a GET that must be answered with 200")
  func whole() throws {
    let topology = try Self.topology(
      """
      "probes": [{"url": "https://api.example/ping"},
        {"url": "http://10.0.0.1:8080/x?y", "method": "POST", "expectedStatus": [200, 204],
         "headers": {"X-Plain": "a b", "Authorization": {"file": "token"}}, "tls": {"caFile": "ca.pem"}},
        {"url": "https://c/", "expectedStatus": 401, "tls": {"insecure": true}}],
      "healthChecks": {"tls": {"caFile": "~/ca.pem"}}
      """)
    #expect(
      topology.probes == [
        Topology.Probe(url: "https://api.example/ping"),
        Topology.Probe(
          url: "http://10.0.0.1:8080/x?y", method: .post, expectedStatuses: [200, 204],
          headers: ["X-Plain": .text(Secret("a b")), "Authorization": .file("/etc/zdu/token")],
          tls: TLSTrust(caFile: "/etc/zdu/ca.pem")),
        Topology.Probe(url: "https://c/", expectedStatuses: [401], tls: TLSTrust(isInsecure: true)),
      ])
    #expect(topology.healthCheckTrust == TLSTrust(caFile: NSHomeDirectory() + "/ca.pem"))
    #expect(!String(reflecting: topology).contains("a b"), "a header's value may be a secret")
  }

  @Test(
    "everything wrong is one line that names the key",
    arguments: [
      (#""probe":[]"#, "t.json: probe: unknown key; did you mean 'probes'?"),
      (#""probes":[]"#, "t.json: probes: is an empty list"),
      (#""probes":[{}]"#, "t.json: probes[0].url: is missing"),
      (
        #""probes":[{"url":"api/ping"}]"#,
        "t.json: probes[0].url: 'api/ping' is no URL like https://api.example.com/ping"
      ),
      (
        #""probes":[{"url":"https://u:p@a/"}]"#,
        "t.json: probes[0].url: holds a user or password, which would be seen in logs; send them in a header of the topology file's probes, from a file"
      ),
      (
        #""probes":[{"url":"http://a/"},{"url":"http://a/"}]"#,
        "t.json: probes[1].url: 'http://a/' is that of probes[0] already"
      ),
      (
        #""probes":[{"url":"http://a/","expectedStatuses":200}]"#,
        "t.json: probes[0].expectedStatuses: unknown key; did you mean 'expectedStatus'?"
      ),
      (
        #""probes":[{"url":"http://a/","expectedStatus":99}]"#,
        "t.json: probes[0].expectedStatus: is 99, must be 200 to 599"
      ),
      (
        #""probes":[{"url":"http://a/","expectedStatus":[200,"x"]}]"#,
        "t.json: probes[0].expectedStatus[1]: must be a whole number from 200 to 599"
      ),
      (#""probes":[{"url":"http://a/","expectedStatus":[]}]"#, "t.json: probes[0].expectedStatus: is an empty list"),
      (
        #""probes":[{"url":"http://a/","method":"PSOT"}]"#,
        "t.json: probes[0].method: 'PSOT' is none of GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE; did you mean 'POST'?"
      ),
      (
        #""probes":[{"url":"http://a/","headers":{"A B":"x"}}]"#,
        "t.json: probes[0].headers.A B: is no name of a header"
      ),
      (
        #""probes":[{"url":"http://a/","headers":{"X":"a\r\nb"}}]"#,
        "t.json: probes[0].headers.X: holds more than one line, or control characters"
      ),
      (
        #""probes":[{"url":"http://a/","headers":{"X":7}}]"#,
        "t.json: probes[0].headers.X: must be a text or {\"file\": PATH}, is a number"
      ),
      (
        #""probes":[{"url":"http://a/","headers":{"X":{"fiel":"x"}}}]"#,
        "t.json: probes[0].headers.X.fiel: unknown key; did you mean 'file'?"
      ),
      (
        #""probes":[{"url":"http://a/","headers":{"x":"1","X":"2"}}]"#,
        "t.json: probes[0].headers.x: is the same header as 'X'"
      ),
      (
        #""probes":[{"url":"http://a/","headers":{"connection":"x"}}]"#,
        "t.json: probes[0].headers.connection: is not to be given: a probe has no body and a connection of its own"
      ),
      (
        #""probes":[{"url":"http://a/","tls":{"cafile":"x"}}]"#,
        "t.json: probes[0].tls.cafile: unknown key; did you mean 'caFile'?"
      ),
      (
        #""healthChecks":{"tls":{"caFile":"x","insecure":true}}"#,
        "t.json: healthChecks.tls.caFile: has no meaning with \"insecure\": true; leave one of them out"
      ),
    ])
  func wrong(keys: String, message: String) {
    let failure = #expect(throws: Failure.self) { try Self.topology(keys) }
    #expect(failure?.message == message)
  }

  @Test("a header's value is read from its file, without the line's end; what is wrong with it names key and file only")
  func headerFiles() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/zdu-headers-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let topology = try Self.topology(
      #""probes":[{"url":"http://a/","headers":{"Authorization":{"file":"token"},"X":"y"}}]"#, folder: folder)
    let place = "t.json: probes[0].headers.Authorization.file: \(folder)/token"
    #expect(throws: Failure(.io, "\(place): cannot be read")) { try topology.probeTargets(file: "t.json") }
    for (text, problem) in [("", "is empty"), ("hunter2\nx\n", "holds more than one line, or control characters")] {
      try text.write(toFile: folder + "/token", atomically: true, encoding: .utf8)
      #expect(throws: Failure(.refused, "\(place): \(problem)")) { try topology.probeTargets(file: "t.json") }
    }
    try "Bearer hunter2\n".write(toFile: folder + "/token", atomically: true, encoding: .utf8)
    let target = try #require(try topology.probeTargets(file: "t.json").first)
    #expect(target.headers == [.init("Authorization", Secret("Bearer hunter2")), .init("X", Secret("y"))])
  }
}
