import Upgrade

/// The driver `healthchecklb`: no balancer is called, the gateway's own signal tells it.
///
/// The balancer checks `/healthchecklb` of each node; the gateway answers 503 there once its stop has begun, and ends after
/// its delay. So the node is taken out by the stop itself, and `disable` only sees that the signal is there. Nobody counts:
/// "drained" is no proof, and a request that takes longer than the gateway's delay is cut.
public actor HealthCheckLoadBalancer: LoadBalancerDriver {
  /// `healthchecklb`.
  public static let name = "healthchecklb"
  /// `interval`, `fall` and `rise` are those of the balancer's check; `shutdownDelay` is how many seconds the gateway goes
  /// on serving after a stop began, 10 by default; `path` of the signal, `/healthchecklb` by default; `timeout` is the
  /// seconds that enabling may wait for it, 60 by default.
  public static let keys = HealthCheckSettings.keys

  private let settings: HealthCheckSettings
  private let surroundings: Surroundings
  private var disabled: Set<String> = []

  /// The signal; nothing is asked yet.
  public init(_ settings: SettingReader, in surroundings: Surroundings) throws(Failure) {
    self.settings = try HealthCheckSettings(settings)
    self.surroundings = surroundings
  }

  /// Sees that the signal works; it changes with the stop. One that says 503 already is taken for out.
  public func disable(_ node: Node) async throws {
    guard !disabled.contains(node.name) else { return }
    for url in try urls(node) {
      let status = try await status(url)
      guard status == 200 || status == 503 else {
        throw Failure(
          .balancer, "healthchecklb: \(url) answers \(status), so the balancer cannot be told by it",
          remedy: "set path to the gateway's health check for load balancers")
      }
    }
    disabled.insert(node.name)
  }

  /// Always drained, as nobody counts: no proof.
  public func isDrained(_ node: Node) async throws -> DrainState {
    _ = try urls(node)
    return .drained
  }

  /// Waits until the signal is 200, and then for as long as the balancer needs to see it.
  public func enable(_ node: Node) async throws {
    let urls = try urls(node)
    try await waitUntilServing(urls, surroundings.clock)
    try await surroundings.clock.sleep(for: settings.timeToRise)
    for url in urls {
      let status = try await status(url)
      guard status == 200 else { throw Failure(.balancer, "healthchecklb: \(url) was 200 and is \(status) again") }
    }
    disabled.remove(node.name)
  }

  /// What the signal says; nobody knows what the balancer does while the node waits for its stop.
  public func standing(of node: Node) async throws -> Standing {
    var standings: [Standing] = []
    for url in try urls(node) {
      let status: Int
      do {
        status = try await self.status(url)
      } catch is Failure {
        standings.append(.down)
        continue
      }
      switch status {
      case 200: standings.append(disabled.contains(node.name) ? .unknown : .enabled)
      case 503: standings.append(.disabled)
      default: standings.append(.down)
      }
    }
    return Standing.together(standings)
  }

  private func waitUntilServing(_ urls: [String], _ clock: some Clock<Duration>) async throws {
    for url in urls {
      var last = Failure(.balancer, "healthchecklb: \(url) was not asked")
      let isServing = try await Polling.value(within: settings.timeout, by: clock) { () -> Bool? in
        do {
          let status = try await status(url)
          last = Failure(.balancer, "healthchecklb: \(url) answers \(status)")
          return status == 200 ? true : nil
        } catch let failure as Failure {
          last = failure
          return nil
        }
      }
      guard isServing == nil else { continue }
      throw Failure(
        .balancer, "\(last.message), still after \(settings.timeout.inSeconds)", exitCode: 124, evidence: last.evidence)
    }
  }

  private func status(_ url: String) async throws -> Int {
    do {
      return try await surroundings.http.answer(
        to: HTTPQuestion("GET", url), trust: TLSTrust(), timeout: min(settings.timeout, .seconds(10))
      ).status
    } catch let failure as Failure {
      throw Failure(
        .balancer, "healthchecklb: \(failure.message)", exitCode: failure.exitCode, evidence: failure.evidence,
        remedy: failure.remedy)
    }
  }

  private func urls(_ node: Node) throws(Failure) -> [String] {
    var urls: [String] = []
    for text in node.healthURLs {
      if let url = URLText(text)?.with(path: settings.path), !urls.contains(url) { urls.append(url) }
    }
    guard urls.isEmpty else { return urls }
    throw Failure(
      .balancer, "healthchecklb: the node has no healthURL, so nobody knows where its signal is",
      remedy: "give its instances a healthURL in the topology file")
  }
}
