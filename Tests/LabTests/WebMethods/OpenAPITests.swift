import FoundationEssentials
import Testing

@testable import Lab

extension OnStage {
  @Suite("the simulated gateway against the vendor's OpenAPI") struct OpenAPITests {
    private static let root = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()
    private static let shared = ProcessInfo.processInfo.environment["ZDUPGRADE_SHARED"] ?? "\(root)/../shared"
    private static let isCheckable =
      TextFile.exists("\(shared)/vendor/webmethods-admin-api-11.0.json") && TextFile.exists("/usr/bin/python3")

    @Test(
      "whatever schemathesis asks is answered as documented",
      .enabled(
        if: isCheckable, "needs vendor/webmethods-admin-api-11.0.json in ../shared or $ZDUPGRADE_SHARED, and python3"))
    func schemathesis() async throws {
      let result = try await BuiltProgram.run(
        "\(Self.root)/scripts/check-openapi", [],
        variables: ["ZDULAB": BuiltProgram.zdulab, "EXAMPLES": "5", "LINES_SHOWN": "200"])
      // 77: there is no venv, or nowhere to get schemathesis from; the script says which.
      if result.code == 77 { return print(result.output) }
      #expect(result.code == 0, "\(result.output)\(result.errors)")
      #expect(result.output.split(separator: "\n").filter { $0.hasSuffix(": as documented") }.count == 3)
    }

    @Test("the calls of a gateway are written down without passwords, and compared with the OpenAPI")
    func calls() async throws {
      try await withStage { lab in
        let admin = try lab.administration("New-1")
        await admin.migrate("clean")
        await admin.migrate("reindex", admin.reindex("core"))
        await admin.makeQuiescePort()
        let webhook = #"{"config":{"url":"http://127.0.0.1:9","password":"hidden"},"events":["\#(Self.cleaned)"]}"#
        #expect(await admin.status("POST", "/webhooks", webhook) == 201)
        #expect(await admin.status("GET", "/webhooks") == 200)
        let path = try lab.calls(of: "New-1")
        let text = try #require(TextFile.read(path))
        #expect(!text.contains("hidden") && text.contains(#""password":"[redacted]""#))
        let secret = try #require(Credentials.secret(lab.datastorePasswordFile))
        #expect(!text.contains(secret) && !text.contains(JSONText.quoted(secret)))
        guard Self.isCheckable else { return }
        let good = try await BuiltProgram.run("\(Self.root)/scripts/check-calls", [path])
        if good.code == 77 { return print(good.output) }
        #expect(good.code == 0 && good.output.contains(" 0 problems"), "\(good.output)\(good.errors)")
        #expect(await admin.status("PUT", "/quiescemode", #"{"enabled":true,"block":"designtime"}"#) == 400)
        #expect(await admin.status("GET", "/webhook") == 404)
        let bad = try await BuiltProgram.run("\(Self.root)/scripts/check-calls", [path])
        #expect(bad.code == 1 && bad.output.contains("PUT /quiescemode: request: "), "\(bad.output)\(bad.errors)")
        #expect(bad.output.contains("GET /webhook: not an operation"), "\(bad.output)")
      }
    }

    private static let cleaned = "migration:clean:datastore:completed"
  }
}
