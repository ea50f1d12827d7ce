/// What one HAProxy process said in one answer: who it is, and how its servers stand.
struct HAProxySnapshot: Sendable {
  /// A process; a later one has another number or another start.
  struct Process: Sendable, Hashable {
    let pid: Int
    let start: Int
  }

  /// The commands it is read from, together in one connection: asked apart, a reload might come between.
  static let commands = "show info;show servers state;show stat -1 4 -1"

  let process: Process
  let servers: [HAProxyServer]

  /// Reads the answer to `commands`; nil when it is none.
  init?(_ text: String) {
    // The statistics come last, as their fields may hold line breaks.
    guard let head = text.firstRange(of: "# pxname,"), let process = Self.process(text) else { return nil }
    let table = Self.table(text[..<head.lowerBound])
    guard let states = table, let rows = CSVTable(String(text[head.lowerBound...].dropFirst(2))) else { return nil }
    var statistics: [String: [String: String]] = [:]
    for row in rows.rows { statistics["\(row["pxname"] ?? "")/\(row["svname"] ?? "")"] = row }
    var servers: [HAProxyServer] = []
    for state in states {
      guard let backend = state["be_name"], let name = state["srv_name"] else { return nil }
      guard let row = statistics["\(backend)/\(name)"], let server = Self.server(backend, name, state, row) else {
        return nil
      }
      servers.append(server)
    }
    self.process = process
    self.servers = servers
  }

  private static func process(_ text: String) -> Process? {
    var values: [Substring: Int] = [:]
    for line in text.split(separator: "\n").prefix(200) {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      values[parts[0]] = Int(parts[1].drop { $0 == " " })
    }
    guard let pid = values["Pid"] else { return nil }
    // Before 2.2 there is only the time since the start, which says the same when it is rounded.
    return Process(pid: pid, start: values["Start_time_sec"] ?? 0)
  }

  /// The lines behind `# be_id ...`, as far as the empty line.
  private static func table(_ text: Substring) -> [[String: String]]? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.firstIndex(where: { $0.hasPrefix("# be_id ") }) else { return nil }
    let columns = lines[first].dropFirst(2).split(separator: " ").map(String.init)
    var rows: [[String: String]] = []
    for line in lines[(first + 1)...].prefix(while: { !$0.isEmpty }) {
      let fields = line.split(separator: " ").map(String.init)
      rows.append(Dictionary(zip(columns, fields)) { first, _ in first })
    }
    return rows
  }

  private static func server(
    _ backend: String, _ name: String, _ state: [String: String], _ row: [String: String]
  ) -> HAProxyServer? {
    func number(_ column: String) -> Int? { state[column].flatMap { Int($0) } }
    func count(_ column: String) -> Int? { row[column].flatMap { Int($0) } }
    guard let administration = number("srv_admin_state"), let operation = number("srv_op_state"),
      let address = state["srv_addr"], let sessions = count("scur"), let status = row["status"]
    else { return nil }
    var health: HAProxyServer.Health?
    if let value = count("check_health"), let rise = count("check_rise"), let fall = count("check_fall") {
      health = .init(value: value, rise: rise, fall: fall)
    }
    return HAProxyServer(
      name: .init(backend: backend, server: name), address: address, port: state["srv_port"] ?? "0",
      hostName: state["srv_fqdn"] ?? "-", administration: administration, operation: operation,
      agent: number("srv_agent_state") ?? 0, sessions: sessions, queued: count("qcur") ?? 0, status: status,
      check: row["check_status"] ?? "", health: health)
  }
}
