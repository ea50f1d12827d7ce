/// Topology files that are wrong, and what is said of each behind its name.
enum WrongFiles {
  private static let a = #"{"name":"A","host":"a","nodeManager":"admin","instances":[{"name":"I","group":"G"}]}"#
  private static let b = #"{"name":"B","host":"b","nodeManager":"node","instances":[{"name":"J","group":"G"}]}"#

  static let all: [(text: String, message: String)] = [
    (#"{"#, "1: the file ends too early (truncated?)"),
    (#"[]"#, "the file: must be an object, is a list"),
    (#"{}"#, "nodes: is missing"),
    (#"nodes: []"#, "1: not valid JSON here"),
    (#"{"nodes":[]}"#, "nodes: is an empty list"),
    (#"{"nodes":{}}"#, "nodes: must be a list, is an object"),
    (#"{"nodes":[1]}"#, "nodes[0]: must be an object, is a number"),
    (#"{"nodse":[]}"#, "nodse: unknown key; did you mean 'nodes'?"),
    (#"{"nodes":[{}]}"#, "nodes[0].name: is missing"),
    (
      #"{"nodes":[{"name":"A","host":"a","nodeManager":"boss"}]}"#,
      "nodes[0].nodeManager: 'boss' is none of admin, node"
    ),
    (#"{"nodes":[\#(b)]}"#, #"nodes: none has "nodeManager": "admin"; the upgrade begins on an Admin Node Manager"#),
    (#"{"nodes":[\#(a),\#(a)]}"#, "nodes[1].name: 'A' is that of nodes[0] already"),
    (
      #"{"nodes":[\#(a),{"name":"B","host":"a","nodeManager":"node","instances":[{"name":"J","group":"G"}]}]}"#,
      "nodes[1].host: 'a' is that of nodes[0] already"
    ),
    (
      #"{"nodes":[{"name":"../x","host":"a","nodeManager":"admin","instances":[{"name":"I","group":"G"}]}]}"#,
      "nodes[0].name: cannot be the name of a log folder; use letters, digits, '-', '_' and '.'"
    ),
    (
      #"{"nodes":[{"name":"","host":"a","nodeManager":"admin","instances":[{"name":"I","group":"G"}]}]}"#,
      "nodes[0].name: is empty"
    ),
    (
      #"{"nodes":[{"name":"..","host":"a","nodeManager":"admin","instances":[{"name":"I","group":"G"}]}]}"#,
      "nodes[0].name: cannot be the name of a log folder; use letters, digits, '-', '_' and '.'"
    ),
    (
      #"{"nodes":[{"name":7,"host":"a","nodeManager":"admin","instances":[{"name":"I","group":"G"}]}]}"#,
      "nodes[0].name: must be a text, is a number"
    ),
    (
      #"{"nodes":[{"name":"a\nb","host":"a","nodeManager":"admin","instances":[{"name":"I","group":"G"}]}]}"#,
      "nodes[0].name: cannot be the name of a log folder; use letters, digits, '-', '_' and '.'"
    ),
    (
      #"{"nodes":[{"name":"A","host":"a","nodeManager":"admin","instances":[]}]}"#,
      "nodes[0].instances: is an empty list"
    ),
    (
      #"{"nodes":[\#(a),{"name":"B","host":"b","nodeManager":"node"}]}"#,
      "nodes[1].instances: is missing; only a node with an Admin Node Manager may have none"
    ),
    (
      #"{"nodes":[{"name":"A","host":"a","nodeManager":"admin","instances":[{"name":"I"}]}]}"#,
      "nodes[0].instances[0].group: is missing"
    ),
    (
      #"{"nodes":[{"name":"A","host":"a","nodeManager":"admin","instances":[{"name":"I","group":"G"},{"name":"I","group":"G"}]}]}"#,
      "nodes[0].instances[1].name: 'I' is there twice in group 'G' of this node"
    ),
    (
      #"{"nodes":[{"name":"A","host":"a","nodeManager":"admin","oldInstallDir":"rel"}]}"#,
      "nodes[0].oldInstallDir: 'rel' must be the absolute path of an installation on the nodes, like /opt/Axway-7.7"
    ),
    (
      #"{"nodes":[{"name":"A","host":"a","nodeManager":"admin","instances":[{"name":"I","group":"G","healthURL":"ftp://x"}]}]}"#,
      "nodes[0].instances[0].healthURL: 'ftp://x' is no URL like http://10.0.0.11:8080/healthcheck"
    ),
    (
      #"{"nodes":[{"name":"A","host":"a","nodeManager":"admin","ssh":{"port":70000}}]}"#,
      "nodes[0].ssh.port: is 70000, must be 1 to 65535"
    ),
    (
      #"{"nodes":[{"name":"A","host":"a","nodeManager":"admin","ssh":{"port":"22"}}]}"#,
      "nodes[0].ssh.port: must be a whole number, is a text"
    ),
    (
      #"{"nodes":[{"name":"A","host":"a","nodeManager":"admin","ssh":{"prot":22}}]}"#,
      "nodes[0].ssh.prot: unknown key; did you mean 'port'?"
    ),
    (
      #"{"nodes":[{"name":"A","host":"a","nodeManager":"admin","ssh":{"become":"-u root"}}]}"#,
      "nodes[0].ssh.become: '-u root' cannot be a user's name; use letters, digits, '_', '.', '-' and '@', with a letter or '_' first"
    ),
    (
      #"{"nodes":[{"name":"A","host":"a","nodeManager":"admin","instances":[{"name":"I","group":"G"}],"loadBalancerServer":"s"},{"name":"B","host":"b","nodeManager":"node","instances":[{"name":"J","group":"G"}],"loadBalancerServer":"s"}]}"#,
      "nodes[1].loadBalancerServer: 's' is that of nodes[0] already"
    ),
    (#"{"nodes":[\#(a),\#(b)],"ssh":[]}"#, "ssh: must be an object, is a list"),
    (#"{"nodes":[\#(a),\#(b)],"loadBalancer":"nginx"}"#, "loadBalancer: must be an object, is a text"),
    (
      #"{"nodes":[\#(a),\#(b)],"loadBalancer":{}}"#,
      "loadBalancer.driver: is missing, must be one of none, nginx, haproxy, nginx-plus, healthchecklb, command"
    ),
    (
      #"{"nodes":[\#(a),\#(b)],"loadBalancer":{"driver":"nginxx"}}"#,
      "loadBalancer.driver: 'nginxx' is none of none, nginx, haproxy, nginx-plus, healthchecklb, command; did you mean 'nginx'?"
    ),
    (
      #"{"nodes":[\#(a),\#(b)],"loadBalancer":{"driver":"nginx"}}"#,
      "loadBalancer.include: is missing: the file with the server lines of the upstream"
    ),
    (
      #"{"nodes":[\#(a),\#(b)],"loadBalancer":{"driver":"nginx","include":"rel.conf"}}"#,
      "loadBalancer.include: 'rel.conf' is not an absolute path"
    ),
    (
      #"{"nodes":[\#(a),\#(b)],"loadBalancer":{"driver":"haproxy","socket":"x"}}"#,
      "loadBalancer.socket: 'x' is neither an absolute path nor HOST:PORT"
    ),
    (
      #"{"nodes":[\#(a),\#(b)],"loadBalancer":{"driver":"haproxy"}}"#,
      "loadBalancer.socket: is missing: the path, or HOST:PORT, of a 'stats socket' with 'level admin'"
    ),
    (
      #"{"nodes":[\#(a),\#(b)],"loadBalancer":{"driver":"none","include":"/x"}}"#,
      "loadBalancer.include: unknown key (known here: driver)"
    ),
    (
      #"{"nodes":[\#(a),\#(b)],"loadBalancer":{"driver":"command"}}"#,
      "loadBalancer.command: is missing: the list of the program and its arguments"
    ),
    (
      #"{"nodes":[\#(a),\#(b)],"loadBalancer":{"driver":"nginx-plus","url":"x","upstreams":["u"]}}"#,
      "loadBalancer.url: 'x' is no URL like http://10.0.0.5:8080"
    ),
    (
      #"{"nodes":[\#(a),\#(b)],"loadBalancer":{"driver":"healthchecklb","interval":5,"fall":3,"rise":1}}"#,
      "loadBalancer.interval: 5 s x fall 3 = 15 s, which is not less than the shutdownDelay of 10 s: the balancer would send requests to a gateway that has ended"
    ),
    (
      #"{"nodes":[\#(a),\#(b)],"loadBalancer":{"driver":"none"},"loadBalancers":[{"driver":"none"}]}"#,
      "loadBalancers: there is loadBalancer too; give one of the two"
    ),
    (#"{"nodes":[\#(a),\#(b)],"loadBalancers":[]}"#, "loadBalancers: is an empty list"),
    (#"{"nodes":[\#(a),\#(b)],"groups":{"X":{"minAvailable":1}}}"#, "groups: no node has an instance in 'X'"),
    (
      #"{"nodes":[\#(a),\#(b)],"groups":{"G":{"minAvailable":"150%"}}}"#,
      #"groups.G.minAvailable: '150%' is no number of nodes like 2 or "25%""#
    ),
    (
      #"{"nodes":[\#(a),\#(b)],"groups":{"G":{"minAvailable":1,"maxUnavailable":1}}}"#,
      "groups.G.maxUnavailable: contradicts minAvailable; give one of them"
    ),
    (#"{"nodes":[\#(a),\#(b)],"hooks":{"afterNode":{"command":[]}}}"#, "hooks.afterNode.command: is an empty list"),
    (
      #"{"nodes":[\#(a),\#(b)],"hooks":{"after":{"command":["x"]}}}"#,
      "hooks.after: unknown key (known here: beforeNode, afterNode, betweenWaves, atEnd)"
    ),
    (
      #"{"nodes":[\#(a),\#(b)],"hooks":{"afterNode":{"command":["x"],"timeout":0}}}"#,
      "hooks.afterNode.timeout: is 0, must be 1 to 86400"
    ),
    (
      #"{"nodes":[\#(a),\#(b)],"hooks":{"afterNode":{"command":["x"],"onFailure":"maybe"}}}"#,
      "hooks.afterNode.onFailure: 'maybe' is none of stop, rollback"
    ),
    (
      #"{"nodes":[\#(a),\#(b)],"probes":[{"url":"x"}]}"#,
      "probes[0].url: 'x' is no URL like https://api.example.com/ping"
    ),
    (
      #"{"nodes":[\#(a),\#(b)],"probes":[{"url":"http://x/","expectedStatus":99}]}"#,
      "probes[0].expectedStatus: is 99, must be 200 to 599"
    ),
    (
      #"{"nodes":[\#(a),\#(b)],"probes":[{"url":"http://x/","headers":{"a b":"c"}}]}"#,
      "probes[0].headers.a b: is no name of a header"
    ),
    (
      #"{"nodes":[\#(a),\#(b)],"probes":[{"url":"http://x/"},{"url":"http://x/"}]}"#,
      "probes[1].url: 'http://x/' is that of probes[0] already"
    ),
    (
      #"{"nodes":[\#(a),\#(b)],"healthChecks":{"tls":{"caFile":"x","insecure":true}}}"#,
      #"healthChecks.tls.caFile: has no meaning with "insecure": true; leave one of them out"#
    ),
  ]
}
