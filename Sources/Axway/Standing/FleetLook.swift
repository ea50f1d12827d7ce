import Upgrade

/// Asks all nodes, and the load balancer, how they stand. Read-only, and no part of a run.
public struct FleetLook: Sendable {
  private let runner: CommandRunner
  private let balancer: any LoadBalancer
  private let jobs: DetachedRunner

  /// A look through these ports.
  public init(runner: CommandRunner, balancer: any LoadBalancer, jobs: DetachedRunner) {
    self.runner = runner
    self.balancer = balancer
    self.jobs = jobs
  }

  /// Looks at the nodes of `planner`.
  ///
  /// - Parameters:
  ///   - underWay: the job of a run that is under way on a node, by node.
  ///   - forks: how many nodes are looked at at the same time.
  /// - Throws: `Failure` of kind `.refused` when a node has no installation.
  public func views(
    of planner: Planner, underWay: [String: DetachedJob] = [:], forks: Int = 32
  ) async throws -> [String: NodeView] {
    let nodes = try planner.builders()
    // Of a node without instances no load balancer knows.
    async let standings = balancer.standings(byNameOf: nodes.map(\.node).filter { !$0.instances.isEmpty }.map(\.node))
    let views = await nodes.concurrentMap(atOnce: forks) { node, commands in
      await view(of: node, commands, underWay[node.name])
    }
    let answers = await standings
    return Dictionary(
      uniqueKeysWithValues: zip(nodes.map(\.node.name), views).map { name, view in
        var view = view
        switch answers[name] {
        case .success(let standing): view.balancer = standing
        case .failure(let failure): view.problems.append(failure)
        case nil: break
        }
        return (name, view)
      })
  }

  private func view(of node: Topology.Node, _ commands: CommandBuilder, _ job: DetachedJob?) async -> NodeView {
    var view = NodeView()
    do {
      try await note(&view) { $0.sysupgrade = try await state(of: node, commands) }
      for check in commands.processChecks(of: node) {
        try await note(&view) {
          $0.processes[check.process] = try await runner.isRunning(
            check.command, fallback: check.fallback, on: node.name)
        }
      }
      if let job { try await note(&view) { $0.job = try await jobs.state(of: job, on: node.name) } }
    } catch {
      view.problems.append(Failure.from(error, as: .unreachable))
    }
    return view
  }

  /// Does one `look`, and keeps in the view why there is no answer.
  ///
  /// - Throws: `Failure` when there is no use in asking the node anything else.
  private func note(_ view: inout NodeView, _ look: (inout NodeView) async throws -> Void) async throws {
    do { try await look(&view) } catch {
      let failure = Failure.from(error, as: .unreachable)
      switch failure.kind {
      case .unreachable, .authentication, .hostKey, .cancelled: throw failure
      default: view.problems.append(failure)
      }
    }
  }

  private func state(of node: Topology.Node, _ commands: CommandBuilder) async throws -> SysupgradeState {
    let result = try await runner.run(commands.status, on: node.name, timeout: .seconds(120))
    do { try result.check() } catch {
      throw Failure.from(error, as: .exit).inContext("sysupgrade status")
    }
    guard let state = SysupgradeState(statusLines: result.lastLines) else {
      throw Failure(.exit, "sysupgrade status printed '\(result.lastLines.first ?? "nothing")', no known status")
    }
    return state
  }
}
