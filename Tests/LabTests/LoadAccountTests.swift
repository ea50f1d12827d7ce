import Testing

@testable import Lab

@Suite("LoadAccount")
struct LoadAccountTests {
  private func report(_ record: LoadRecord, _ lines: [Substring]) -> LoadReport {
    var served = ServedCounts()
    for line in lines { served.add(line, run: "r", server: "A") }
    return LoadAccount(
      groups: [LabGroup(name: "g", url: "http://127.0.0.1:1", instanceCount: 2)], records: [record], served: served,
      duration: .seconds(2)
    ).report
  }

  private func record(
    _ outcome: LoadRecord.Outcome, _ kind: LoadKind = .get, isRaced: Bool = false, repeated: String? = nil
  ) -> LoadRecord {
    LoadRecord(
      group: 0, kind: kind, sequence: "r-1", sent: .milliseconds(100), ended: .milliseconds(500), outcome: outcome,
      isRaced: isRaced, repeated: repeated)
  }

  /// `[lost, unanswered, duplicated, errors, unserved, raced]` of the only request.
  private func counts(_ record: LoadRecord, _ lines: [Substring]) -> [Int] {
    guard let row = report(record, lines).rows.last else { return [] }
    #expect(row.requests == 1)
    return [row.lost, row.unanswered, row.duplicated, row.errors, row.unserved, row.raced]
  }

  @Test("each way in which both sides can differ is counted, and only as what it is")
  func table() {
    let (broken, wrong) = (LoadRecord.Outcome.broken("closed"), LoadRecord.Outcome.wrong("status 502"))
    #expect(counts(record(.good), ["b r-1", "c r-1"]) == [0, 0, 0, 0, 0, 0])
    #expect(counts(record(.good), ["b r-1", "b r-1", "c r-1"]) == [0, 0, 1, 0, 0, 0], "served twice")
    #expect(counts(record(.good), []) == [0, 0, 0, 1, 1, 0], "answered, served by none")
    #expect(counts(record(.good), ["b r-2", "b x-1"]) == [0, 0, 0, 1, 1, 0], "only others were served")
    #expect(counts(record(wrong), []) == [0, 0, 0, 1, 0, 0])
    #expect(counts(record(broken), []) == [1, 0, 0, 1, 0, 0], "never served")
    #expect(counts(record(broken), ["b r-1"]) == [1, 1, 0, 1, 0, 0], "served, never answered")
    #expect(counts(record(broken), ["b r-1", "b r-1"]) == [1, 1, 1, 1, 0, 0])
  }

  @Test("a race counts apart, but only where no instance has seen the request; a second try is judged as any")
  func races() {
    let closed = LoadRecord.Outcome.broken("closed")
    #expect(counts(record(closed, .post, isRaced: true), []) == [0, 0, 0, 0, 0, 1])
    #expect(counts(record(closed, .post, isRaced: true), ["b r-1"]) == [1, 1, 0, 1, 0, 0])
    #expect(counts(record(.good, isRaced: true, repeated: "r-1r"), ["b r-1r", "c r-1r"]) == [0, 0, 0, 0, 0, 1])
    #expect(counts(record(.good, isRaced: true, repeated: "r-1r"), ["b r-1", "b r-1r"]) == [1, 1, 0, 1, 0, 0])
    #expect(counts(record(closed, isRaced: true, repeated: "r-1r"), []) == [1, 0, 0, 1, 0, 1])
    #expect(counts(record(.good, isRaced: true, repeated: "r-1r"), []) == [0, 0, 0, 1, 1, 1])
    #expect(report(record(closed, .post, isRaced: true), []).incidents.map(\.isRace) == [true])
    #expect(report(record(closed, isRaced: true, repeated: "r-1r"), []).incidents.map(\.isRace) == [false])
  }

  @Test("long answers have a row of their own and disturb nothing; the gap lasts to the end of the sending")
  func rows() {
    let long = report(record(.broken("closed"), .long), ["b r-1"])
    #expect(long.rows.map(\.kind) == [.long, nil] && long.rows.map(\.lost) == [1, 0] && long.isClean)
    let short = report(record(.broken("closed"), .post), ["b r-1"])
    #expect(short.rows.map(\.lost) == [1, 1] && !short.isClean)
    #expect(report(record(.good), ["b r-1"]).rows.map(\.longestGap) == [1500, 1500])
    #expect(short.rows.map(\.longestGap) == [2000, 2000])
  }

  @Test("every group gets its share, one with a single instance less, and each kind is there; long ones come on top")
  func plan() {
    func group(_ name: String, _ count: Int) -> LabGroup {
      LabGroup(name: name, url: "http://127.0.0.1:1", instanceCount: count)
    }
    var options = LoadOptions()
    options.longConnections = 3
    let plan = LoadTraffic.plan(options, [group("a", 4), group("b", 1), group("c", 2)])
    #expect(plan.count == 203)
    #expect((0..<3).map { index in plan.filter { $0.group == index && $0.kind != .long }.count } == [90, 22, 88])
    for index in 0..<3 {
      #expect(Set(plan.filter { $0.group == index }.map(\.kind)).isSuperset(of: LoadKind.mixture))
    }
    #expect(plan.filter { $0.kind == .long }.map(\.group) == [0, 2, 0])
    #expect(Set(LoadKind.mixture.prefix(7)).count == 7)
  }
}
