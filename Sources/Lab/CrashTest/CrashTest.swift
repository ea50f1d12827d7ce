import FoundationEssentials
import Upgrade

/// Upgrades that are killed at every entry of their journal, and disturbed at every step: each must end like one that
/// nothing disturbs, without a step done twice, a request lost or anything left behind.
public struct CrashTest: Sendable {
  /// How many points behind those of the undisturbed upgrade are looked for at most: no two journals are quite alike.
  private static let surplus = 60

  private let options: CrashTestOptions
  private let folder: String
  private let say: @Sendable (String) -> Void
  private let tell: @Sendable (String) -> Void

  /// A crash test; `folder` is a new one for its evidence.
  ///
  /// - Parameters:
  ///   - say: prints the result.
  ///   - tell: prints what is going on.
  /// - Throws: `Failure` of kind `.io`.
  public init(
    _ options: CrashTestOptions, say: @escaping @Sendable (String) -> Void, tell: @escaping @Sendable (String) -> Void
  ) throws {
    self.options = options
    self.say = say
    self.tell = tell
    folder = try LabFolder.make(LabFolder.new("zdupgrade-crash-"))
  }

  /// Runs them all; whatever happens, every lab is gone when it returns. What upgrades left that were not survived is kept.
  ///
  /// - Returns: 0 when each was survived, else 1.
  /// - Throws: `Failure` when a lab or `zdupgrade` does not start; `CancellationError`.
  public func run() async throws -> Int32 {
    var rows: [CrashMatrix.Row] = []
    do {
      for product in options.products {
        for kind in options.cases { try await test(product, kind, &rows) }
      }
    } catch {
      if !rows.isEmpty { say(CrashMatrix(rows: rows).text) }
      if rows.allSatisfy(\.isGood) { try? FileManager.default.removeItem(atPath: folder) }
      throw error
    }
    let matrix = CrashMatrix(rows: rows)
    say(matrix.text)
    if matrix.isGood { try? FileManager.default.removeItem(atPath: folder) }
    return matrix.isGood ? 0 : 1
  }

  private func test(_ product: CrashProduct, _ kind: CrashCase, _ rows: inout [CrashMatrix.Row]) async throws {
    let faults = options.faults.filter(product.faults.contains)
    guard !faults.isEmpty else { return }
    let title = "\(product.rawValue), \(kind.rawValue)"
    let folder = "\(folder)/undisturbed-\(product.rawValue)-\(kind.rawValue)"
    let reference = try await CrashReference.run(product, kind, options, folder: folder)
    tell("crash test: undisturbed, \(title): \(reference.entries) entries, \(reference.steps) steps")
    for fault in faults { rows.append(try await row(product, kind, fault, reference)) }
  }

  private func row(
    _ product: CrashProduct, _ kind: CrashCase, _ fault: CrashFault, _ reference: CrashReference
  ) async throws -> CrashMatrix.Row {
    var row = CrashMatrix.Row(product: product, kind: kind, fault: fault)
    row.obstacle = await obstacle(fault)
    guard row.obstacle == nil else { return row }
    func trial(_ point: Int) -> CrashTrial { CrashTrial(product: product, kind: kind, fault: fault, point: point) }
    var results = try await run(points(product, fault, reference).map(trial), reference)
    if fault == .kill, options.to == nil, options.every == 1 { results += try await tail(trial, reference) }
    row.results = results.sorted { $0.trial.point < $1.trial.point }
    return row
  }

  /// The points that the options ask for.
  private func points(_ product: CrashProduct, _ fault: CrashFault, _ reference: CrashReference) -> [Int] {
    switch fault {
    case .kill: Array(stride(from: options.from, through: options.to ?? reference.entries, by: options.every))
    case .killAgain: options.again.isEmpty ? product.again : options.again
    case .clock: Array(1...options.nodes)
    case .sshd, .address, .balancer, .diskControl, .diskNode:
      Array(stride(from: options.from, through: min(options.to ?? .max, reference.steps), by: options.every))
    }
  }

  /// This upgrade's journal may be longer than the undisturbed one's: goes on until two in a row ended before their point.
  private func tail(_ trial: (Int) -> CrashTrial, _ reference: CrashReference) async throws -> [CrashTrialResult] {
    var results: [CrashTrialResult] = []
    for point in reference.entries + 1..<reference.entries + Self.surplus {
      results += try await run([trial(point)], reference)
      if results.suffix(2).filter({ !$0.isReached }).count == 2 { break }
    }
    return results
  }

  private func run(_ trials: [CrashTrial], _ reference: CrashReference) async throws -> [CrashTrialResult] {
    let queue = CrashQueue(trials)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<options.jobs {
        group.addTask {
          while let trial = await queue.next() { await queue.add(try await run(trial, reference)) }
        }
      }
      try await group.waitForAll()
    }
    return await queue.results
  }

  private func run(_ trial: CrashTrial, _ reference: CrashReference) async throws -> CrashTrialResult {
    let folder = "\(folder)/\(trial.product.rawValue)-\(trial.fault.rawValue)-\(trial.kind.rawValue)-\(trial.point)"
    let result = try await CrashTrialRun(trial: trial, options: options, reference: reference).run(folder: folder)
    let verdict = result.isGood ? (result.isReached ? "survived" : "ended before") : "NOT SURVIVED"
    tell("crash test: \(trial.title): \(verdict), \(result.duration) s")
    for line in result.complaints { tell("  \(line)") }
    if result.isGood { try? FileManager.default.removeItem(atPath: folder) }
    return result
  }

  private func obstacle(_ fault: CrashFault) async -> String? {
    switch fault {
    case .kill, .killAgain, .sshd, .balancer: nil
    case .address: await AddressCut.obstacle()
    case .diskControl, .diskNode: await SmallDisk.obstacle(in: folder)
    case .clock: ClockShift.obstacle()
    }
  }
}
