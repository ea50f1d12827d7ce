import FoundationEssentials
import Synchronization
import Testing

@testable import Lab

@Suite("What a crash test compares") struct CrashComparisonTests {
  @Test("states differ in the facts of the kinds that are asked for, and each difference says both sides")
  func differences() {
    var (one, other) = (FinalState(), FinalState())
    for name in ["a", "b"] { one.note(.standing, name, "1") }
    other.note(.standing, "a", "1")
    other.note(.act, "Node-A: apply", "2 begun")
    #expect(
      one.differences(from: other) == ["Node-A: apply: none; undisturbed: 2 begun", "b: 1; undisturbed: none"])
    #expect(one.differences(from: other, in: [.standing]) == ["b: 1; undisturbed: none"])
    #expect(one.differences(from: one).isEmpty)
  }

  @Test("of what zdupgrade printed the complaints are kept, each once and with its evidence, and the last table")
  func output() {
    let text = """
      --- zdupgrade run
      Node-A:   take the node out
      Node-B: FAILED: create: exit code 100
        | first
        | ERROR: last
      Summary table (Status.APPLY_FAILED):
          +---+
          | Node-A | FAILED (100) |
      --- zdupgrade resume
      zdupgrade: the log /x/logs/20261121T093817.791Z-4098 is full
      zdupgrade: the log /x/logs/20261121T093817.792Z-4099 is full
      Summary table (Status.SUCCESS):
          | Node-A     | PASSED (0) |
          | Node-B     | *          |

      more (than that)
      """
    let output = CrashOutput(text: text, folder: "/x")
    #expect(
      output.complaints == [
        "Node-B: FAILED: create: exit code 100 | ERROR: last", "zdupgrade: the log .../logs/RUN is full",
      ])
    #expect(
      output.summary == ["Summary table (Status.SUCCESS):", "| Node-A | PASSED (0) |", "| Node-B | * |"])
  }
}

extension OnStage {
  @Suite("The crash test") struct CrashTestTests {
    /// Runs the crash test of one kill point with the shell script `script` in the place of a `zdupgrade` that has nothing
    /// to do, ends well, and is killed where it shall be; the script is what a resumed one does.
    private func crashTest(
      _ script: String, of product: CrashProduct = .axway
    ) async throws -> (code: Int32, lines: [String]) {
      let lines = Mutex<[String]>([])
      let add: @Sendable (String) -> Void = { line in lines.withLock { $0.append(line) } }
      var code: Int32 = -1
      try await withFolderOfItsOwn { folder in
        let path = "\(folder)/zdupgrade"
        let text = """
          #!/bin/sh
          [ -z "$ZDUPGRADE_CRASH_AT" ] || kill -9 $$
          case "$*" in *resume*) ;; *) exit 0;; esac
          zdulab=\(BuiltProgram.zdulab)
          \(script)
          """
        try TextFile.write(text, to: path, mode: 0o700)
        var options = CrashTestOptions(zdupgrade: path, program: BuiltProgram.zdulab)
        (options.products, options.cases, options.faults, options.to) = ([product], [.success], [.kill], 1)
        options.patience = .seconds(1)
        code = try await CrashTest(options, say: add, tell: add).run()
      }
      for line in lines.withLock({ $0 }) {
        guard let range = line.range(of: "see ") else { continue }
        let evidence = line[range.upperBound...].prefix { $0 != "\n" }.split(separator: "/").dropLast()
        try? FileManager.default.removeItem(atPath: evidence.map { "/\($0)" }.joined())
      }
      return (code, lines.withLock { $0 })
    }

    @Test("a run that is resumed to the same end is survived", arguments: CrashProduct.allCases)
    func good(product: CrashProduct) async throws {
      let (code, lines) = try await crashTest("exit 0", of: product)
      #expect(code == 0, "\(lines)")
      let row = "kill   success  1      1         0            1              0 "
      #expect(lines.contains { $0.contains(row) && $0.contains("\n\(product.rawValue) ") }, "\(lines)")
    }

    @Test(
      "a blue-green upgrade that leaves a gateway, the load balancer or the data otherwise, or does an act again, is not",
      arguments: [
        ("$zdulab bluegreen node $ZDULAB_DIR Old-1 stop", "Old-1: serving: no; undisturbed: yes"),
        ("sed -i 's/;/ down;/' $ZDULAB_DIR/nginx/servers.conf", "the load balancer's servers: server Old-1 down;"),
        ("rm -r $ZDULAB_DIR/datastore-new/indices/*", "assets: 0 new ones, 0 transformed, "),
        ("echo '[]' >$ZDULAB_DIR/datastore-new/webhooks.json; setsid sleep 30 & exit 0", "left processes: sleep;"),
        (
          #"echo '{"method":"POST","path":"/migration","status":202,"body":{"action":"clean"}}' "#
            + ">>$ZDULAB_DIR/gateways/New-1/calls.jsonl", "New-1: /migration clean: 1 begun; undisturbed: none"
        ),
        (
          #"sleep 1.5; f=$(grep -rl '"sequence"' $ZDULAB_DIR/datastore-old/indices | head -n 1); "#
            + #"echo "x$(grep '"sequence"' $f | head -n 1)" >$f-x"#, "1 requests were counted twice"
        ),
      ])
    func badBlueGreen(script: String, complaint: String) async throws {
      let (code, lines) = try await crashTest(script, of: .bluegreen)
      #expect(code == 1)
      #expect(lines.contains { $0.contains("  ") && $0.contains(complaint) }, "\(lines)")
    }

    @Test(
      "one that ends otherwise, leaves something behind, stops what must run or does a step again is not",
      arguments: [
        ("exit 3", "exit code: 3; undisturbed: 0"),
        ("touch $ZDULAB_DIR/nodes/Node-B/home/lock", "Node-B: left in its home: lock; undisturbed: "),
        ("touch $ZDULAB_DIR/nginx/draft", "the load balancer's files: draft, "),
        ("setsid sleep 30 & exit 0", "left processes: sleep; undisturbed: "),
        ("$ZDULAB_DIR/nodes/Node-B/old/apigateway/posix/bin/nodemanager -k", "Node-B: processes: 1 old, 0 new;"),
        (
          "$ZDULAB_DIR/nodes/Node-C/new/apigateway/upgrade/bin/sysupgrade upgrade; exit 0",
          "Node-C: upgrade (new): 1 begun, 0"
        ),
        ("echo 'Summary table (Status.SUCCESS):'", "summary: Summary table (Status.SUCCESS):; undisturbed: "),
      ])
    func bad(script: String, complaint: String) async throws {
      let (code, lines) = try await crashTest(script)
      #expect(code == 1)
      #expect(lines.contains { $0.contains("  \(complaint)") }, "\(lines)")
    }

    @Test("every run of a step is counted, and what is refused before it begins is not")
    func acts() async throws {
      try await withLab(nodes: 1) { lab in
        let node = lab.tools("Node-A")
        #expect(try await node.export().code == 0)
        #expect(try await node.export().code != 0)
        #expect(try await node.sysupgrade("status").code == 0)
        let acts = Set(try #require(LabStatus(of: lab).nodes.first).acts)
        #expect(
          acts == [
            .init(side: "new", name: "export", begun: 2, completed: 1),
            .init(side: "old", name: "start nodemanager", begun: 1, completed: 1),
            .init(side: "old", name: "start Gateway Group/Gateway-1", begun: 1, completed: 1),
          ])
      }
    }
  }
}
