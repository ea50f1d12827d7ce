import Foundation
import Testing
import Upgrade

@testable import Axway

@Suite("Groups and hooks in the topology file")
struct TopologyHooksTests {
  private static func topology(_ more: String, node: String = "") throws(Failure) -> Topology {
    let json = """
      {"nodes":[{"name":"A","host":"a","nodeManager":"admin","instances":[{"name":"i","group":"G 1"}]\(node)}]\(more)}
      """
    return try TopologyBuilder.topology(json: Data(json.utf8), file: "t.json", folder: "/etc/zdu")
  }

  @Test("floors and gates are read for the run, a group and a node")
  func read() throws {
    let topology = try Self.topology(
      #"""
      ,"groups":{"G 1":{"minAvailable":"50%","hooks":{"afterNode":{"command":["/g"],"onFailure":"rollback"}}}},
      "hooks":{"beforeNode":[{"command":["ask","-x"],"timeout":9,"retryFor":30,"interval":2},{"command":["/b"]}],
               "betweenWaves":{"command":["/w"]},"atEnd":{"command":["/e"]}}
      """#, node: #","hooks":{"beforeNode":{"command":["/n"]}}"#)
    #expect(topology.groupSettings["G 1"]?.capacity == .minAvailable(.percent(50)))
    #expect(
      topology.groupSettings["G 1"]?.hooks == [Gate(.afterNode, command: ["/g"], onFailure: .rollback)])
    #expect(
      topology.hooks == [
        Gate(.beforeNode, command: ["ask", "-x"], timeout: 9, retryFor: 30, interval: 2),
        Gate(.beforeNode, command: ["/b"]), Gate(.betweenWaves, command: ["/w"]), Gate(.atEnd, command: ["/e"]),
      ])
    #expect(topology.nodes[0].hooks == [Gate(.beforeNode, command: ["/n"])])
    #expect(
      try Self.topology(#","groups":{"G 1":{"maxUnavailable":2}}"#).groupSettings["G 1"]?.capacity
        == .maxUnavailable(.count(2)))
  }

  @Test(
    "everything wrong is one line that names the key",
    arguments: [
      (#","groups":{"G 2":{}}"#, "t.json: groups: no node has an instance in 'G 2'; did you mean 'G 1'?"),
      (
        #","groups":{"G 1":{"minAvailable":"x"}}"#,
        #"t.json: groups.G 1.minAvailable: 'x' is no number of nodes like 2 or "25%""#
      ),
      (#","groups":{"G 1":{"minAvailable":-1}}"#, "t.json: groups.G 1.minAvailable: is -1, must be 0 to 100000"),
      (
        #","groups":{"G 1":{"minAvailable":1,"maxUnavailable":1}}"#,
        "t.json: groups.G 1.maxUnavailable: contradicts minAvailable; give one of them"
      ),
      (#","groups":[]"#, "t.json: groups: must be an object, is a list"),
      (
        #","groups":{"G 1":{"hooks":{"atEnd":{"command":["/x"]}}}}"#,
        "t.json: groups.G 1.hooks.atEnd: unknown key (known here: beforeNode, afterNode)"
      ),
      (#","hooks":{"beforNode":{}}"#, "t.json: hooks.beforNode: unknown key; did you mean 'beforeNode'?"),
      (
        #","hooks":{"atEnd":{}}"#,
        "t.json: hooks.atEnd.command: is missing: the list of the program and its arguments"
      ),
      (#","hooks":{"atEnd":[{"command":[]}]}"#, "t.json: hooks.atEnd[0].command: is an empty list"),
      (
        #","hooks":{"atEnd":{"command":["./x"]}}"#,
        "t.json: hooks.atEnd.command[0]: './x' is neither an absolute path nor a name to be found in PATH"
      ),
      (
        #","hooks":{"atEnd":{"command":["A=b"]}}"#,
        "t.json: hooks.atEnd.command[0]: 'A=b' cannot be called: a name with '=' or a leading '-'"
      ),
      (
        #","hooks":{"atEnd":{"command":["/x"],"onFailure":"rolback"}}"#,
        "t.json: hooks.atEnd.onFailure: 'rolback' is none of stop, rollback; did you mean 'rollback'?"
      ),
    ])
  func wrong(more: String, message: String) {
    let failure = #expect(throws: Failure.self) { try Self.topology(more) }
    #expect(failure?.message == message)
  }
}
