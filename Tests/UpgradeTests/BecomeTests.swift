import Testing
import Upgrade

@Suite("Becoming another user")
struct BecomeTests {
  @Test("a command's text is data of a constant script, whatever is in it; its input stays its input")
  func line() throws {
    let secret = Array("s3cret\n".utf8)
    let command = try Become("api.gw-1@corp").wrap(ShellCommand("echo 'a' \"!b\" $HOME\n\\ü", standardInput: secret))
    #expect(
      command.text == "exec sudo -n -H -u api.gw-1@corp -- /bin/sh -c "
        + #"'v=$(printf %bx "$1"); v=${v%x}; cd "$HOME" 2>/dev/null || cd /; exec /bin/sh -c "$v" zdupgrade' zdupgrade "#
        + #"'echo \0047a\0047 "\0041b" $HOME\0012\0134\0303\0274'"#)
    #expect(command.standardInput == secret)
  }

  @Test(
    "what is no user's name is refused",
    arguments: [
      "", " ", "-u", "a b", "a;b", "#0", "%wheel", "a'b", "a\nb", "a\u{0}", "ü", "1a", "a/b", "$(id)", ".a", "@a",
      String(repeating: "a", count: 257),
    ])
  func hostile(_ name: String) {
    let failure = #expect(throws: Failure.self) { _ = try Become(name) }
    #expect(failure?.kind == .refused)
    #expect(failure?.description.contains("\n") == false)
  }

  @Test("the plan says on which nodes commands run as whom, and a stranded node as whom its lines are to be run")
  func told() {
    let nodes = [("Node-A", "apigw"), ("Node-B", nil), ("Node-C", "apigw"), ("Node-D", "axway")].map {
      Node(name: $0, host: $0, groups: [], become: $1)
    }
    let plan = Plan(title: "", nodes: nodes, phases: [], stages: [])
    let lines = PlanText(plan, balancer: "none").lines
    #expect(lines.contains("# On Node-A, Node-C they run as 'apigw' (sudo -n -H -u apigw)."))
    #expect(lines.contains("# On Node-D they run as 'axway' (sudo -n -H -u axway)."))
    let acts = [
      Act("clean up", .run(Command("/bin/true"), timeout: nil)), Act("enable", .balancer(.enable)),
    ]
    let stranded = Stranded(node: "Node-A", state: "", remaining: acts, as: "apigw")
    #expect(stranded.remaining.map(\.title) == ["clean up (as apigw)", "enable"])
  }
}
