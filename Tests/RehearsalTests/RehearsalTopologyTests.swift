import Axway
import Foundation
import Testing
import Upgrade

@testable import Rehearsal

@Suite("The topology of a rehearsal") struct RehearsalTopologyTests {
  private static let real = """
    {"ssh": {"user": "root-of-all", "identityFile": "/secret/id", "knownHostsFile": "/secret/kh", "become": "apigw"},
     "loadBalancer": {"driver": "command", "command": ["/real/lb"]},
     "groups": {"G 'x' $(id)": {"minAvailable": "75%", "hooks": {"afterNode": {"command": ["/real/smoke"], "timeout": 7}}}},
     "hooks": {"betweenWaves": [{"command": ["/real/go"], "onFailure": "rollback"}], "beforeNode": {"command": ["/real/a"]}},
     "probes": {"urls": ["https://api.real.example/ping"]},
     "nodes": [
      {"name": "Knoten Ä-1", "host": "a.real.example", "nodeManager": "admin", "oldInstallDir": "/real/old",
       "ssh": {"address": "10.1.2.3", "port": 2222}, "loadBalancerServer": "10.1.2.3:8080",
       "instances": [{"name": "-x", "group": "G 'x' $(id)", "healthURL": "http://10.1.2.3:8080/healthcheck"},
                     {"name": "東京", "group": "G 'x' $(id)"}],
       "hooks": {"beforeNode": {"command": ["/real/b"]}}},
      {"name": "b:c", "host": "b.real.example", "nodeManager": "node", "instances": [{"name": "y", "group": "H"}]}]}
    """

  private func topology(_ change: (String) -> String = { $0 }) throws -> Topology {
    // The key of probes is checked elsewhere.
    try TopologyBuilder.topology(
      json: Data(
        change(Self.real).replacing(#""probes": {"urls": ["https://api.real.example/ping"]},"#, with: "").utf8),
      file: "t.json", folder: "/")
  }

  @Test("a lab gets names, groups, kinds, floors and gates, and nothing of the real world")
  func isBare() throws {
    let bare = RehearsalTopology(try topology(), gateSeconds: 0.25)
    let text = String(decoding: try JSONEncoder().encode(bare.topology.setting()), as: UTF8.self)
    for word in ["real/", "10.1.2.3", "secret", "root-of-all", "apigw", "2222", "\"command\":[\"\\/real"] {
      #expect(!text.contains(word), "\(word): \(text)")
    }
    #expect(bare.topology.nodes.map(\.name) == ["Knoten Ä-1", "b:c"])
    #expect(bare.topology.nodes.map(\.host) == ["a.real.example", "b.real.example"])
    #expect(bare.topology.nodes[0].instances.map { $0.healthURL == nil } == [false, true])
    #expect(bare.topology.nodes[0].hooks[0].command == ["/bin/sleep", "0.25"])
  }

  @Test("written as a file and read again it is the same")
  func roundTrip() throws {
    let manager = #"{"name": "M", "host": "m.real.example", "nodeManager": "admin"}"#
    let more = try topology { $0.replacing(#""group": "H"}]}]}"#, with: #""group": "H"}]}, \#(manager)]}"#) }
    #expect(more.nodes.count == 3)
    let bare = RehearsalTopology(more, gateSeconds: 5).topology
    let read = try TopologyBuilder.topology(json: JSONEncoder().encode(bare.setting()), file: "t", folder: "/")
    #expect(read.nodes == bare.nodes)
    #expect(read.groupSettings == bare.groupSettings)
    #expect(Set(read.hooks) == Set(bare.hooks))
  }

  @Test(
    "NGINX and HAProxy are had for real, another one has a stand-in that is named, and none is none",
    arguments: [
      (#""loadBalancer": {"driver": "nginx"}"#, RehearsalTopology.Balancer.nginx, true, nil),
      (#""loadBalancer": {"driver": "haproxy"}"#, .haproxy, true, nil),
      (
        #""loadBalancer": {"driver": "nginx-plus"}"#, .haproxy, true,
        "'nginx-plus': one real HAProxy stands in its place"
      ),
      (
        #""loadBalancers": [{"driver": "nginx"}, {"driver": "nginx"}]"#, .nginx, true,
        "'nginx, nginx': one real NGINX stands in its place"
      ),
      (#""loadBalancer": {"driver": "none"}"#, .nginx, false, "no load balancer is told to zdupgrade"),
    ] as [(String, RehearsalTopology.Balancer, Bool, String?)])
  func balancer(json: String, balancer: RehearsalTopology.Balancer, isTold: Bool, difference: String?) throws {
    let bare = RehearsalTopology(
      try topology { $0.replacing(#""loadBalancer": {"driver": "command", "command": ["/real/lb"]}"#, with: json) },
      gateSeconds: 1)
    #expect(bare.balancer == balancer && bare.isBalancerTold == isTold)
    let found = bare.differences.first { $0.contains("balancer") }
    #expect(difference.map { found?.contains($0) == true } ?? (found == nil), "\(found ?? "nothing")")
    #expect(bare.differences.contains { $0.hasPrefix("gates: 4 ") })
    #expect(bare.differences.contains("become: commands do not run as apigw"))
  }

  @Test("the plan of the lab is the operator's but for folders and addresses, and any other difference is seen")
  func outline() throws {
    let real = try topology {
      $0.replacing(#""host": "b.real.example""#, with: #""host": "b.real.example", "newInstallDir": "/new ü""#)
    }
    var options = UpgradeOptions()
    (options.oldInstallDir, options.newInstallDir) = ("/opt/o l'd", "/opt/new")
    options.waves.bake = 600
    let bare = RehearsalTopology(real, gateSeconds: 1).topology
    let lab = Topology(
      nodes: bare.nodes.enumerated().map { index, node in
        Topology.Node(
          name: node.name, host: node.host, nodeManager: node.nodeManager,
          instances: node.instances.map {
            Topology.Instance(
              name: $0.name, group: $0.group,
              healthURL: $0.healthURL.map { _ in "http://127.9.9.\(index):1/healthcheck" })
          }, oldInstallDir: "/tmp/zdulab-1/nodes/\(index)/old", newInstallDir: "/tmp/zdulab-1/nodes/\(index)/new",
          hooks: node.hooks)
      }, groupSettings: bare.groupSettings, hooks: bare.hooks)
    let ordered = PlanOutline(try Planner(real, options).plan())
    var scaled = options
    scaled.waves.bake = 30
    let plan = try Planner(lab, scaled).plan()
    let rehearsed = PlanOutline(plan, StandIns(lab: lab, real: real, options))
    #expect(rehearsed.differences(from: ordered).isEmpty, "\(rehearsed.differences(from: ordered))")
    #expect(ordered.stepCount > 20 && rehearsed.stepCount == ordered.stepCount)
    #expect(ordered.lines.contains { $0.contains("'/opt/o l'\\''d/apigateway'") })
    #expect(!PlanOutline(plan).differences(from: ordered).isEmpty, "what stands in is not taken for the same by itself")
    scaled.drainTime = 299
    let other = PlanOutline(try Planner(lab, scaled).plan(), StandIns(lab: lab, real: real, options))
    #expect(other.differences(from: ordered).contains { $0.contains("299") })
  }
}
