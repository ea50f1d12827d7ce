public import Upgrade

/// How much faster than the night its rehearsal is.
public enum RehearsalSpeed {
  /// What may be asked for.
  public static let range = 1...1000
  /// How many seconds the steps of a rehearsal take all in all where nobody asks for a speed.
  private static let wanted = 45.0
  private static let choices = [1, 2, 3, 5, 10, 15, 20, 30, 40, 50, 60, 80, 100, 150, 200, 300, 500, 1000]

  /// The speed at which `plan`, whose steps take `durations`, ends within a minute or two.
  public static func fitting(_ plan: Plan, _ durations: StepDurations) -> Int {
    let needed = seconds(of: plan, durations) / wanted
    return choices.first { Double($0) >= needed } ?? range.upperBound
  }

  /// How long the steps and waits of `plan` take in the night, without what zdupgrade takes itself.
  public static func seconds(of plan: Plan, _ durations: StepDurations) -> Double {
    plan.stages.reduce(0) { total, stage in
      let lanes = stage.lanes.map { lane in
        lane.steps.reduce(0) { $0 + (RehearsalStep($1.act, of: $1).map { durations.seconds($0, on: lane.node) } ?? 0) }
      }
      // No shorter than its longest lane, nor than all of them side by side.
      let side = lanes.reduce(0, +) / Double(max(1, stage.concurrency))
      return total + max(lanes.max() ?? 0, side)
        + stage.interludes.reduce(0) { $0 + seconds(of: $1, durations) }
    }
  }

  /// How long `interlude` takes in the night; a pause takes as long as the operator.
  static func seconds(of interlude: Interlude, _ durations: StepDurations) -> Double {
    switch interlude {
    case .bake(let seconds, _): Double(seconds)
    case .gate: durations.seconds(.gate, on: "")
    case .pause, .consent: 0
    }
  }
}
