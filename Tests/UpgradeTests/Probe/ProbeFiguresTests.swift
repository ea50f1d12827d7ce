import Foundation
import Testing

@testable import Upgrade

@Suite("The probe's figures and budget")
struct ProbeFiguresTests {
  @Test("every percentile is right to 1 %, from microseconds to hours", arguments: [1, 63, 64, 100, 4_096, 999_999])
  func percentiles(scale: Int) {
    var histogram = LatencyHistogram()
    for value in (1...1000).shuffled() { histogram.record(.microseconds(value * scale)) }
    for (share, rank) in [(0.5, 500), (0.95, 950), (0.99, 990), (1, 1000)] {
      let found = Double(histogram.percentile(share)?.inMicroseconds ?? -1)
      let exact = Double(rank * scale)
      #expect(abs(found - exact) <= max(1, exact / 100), "\(share) of \(scale): \(found) for \(exact)")
    }
    #expect(histogram.longest == .microseconds(1000 * scale))
  }

  @Test("no duration is too short, too long or negative to be counted, and none is no percentile")
  func bounds() {
    var histogram = LatencyHistogram()
    #expect(histogram.percentile(0.99) == nil)
    for duration in [Duration.zero, .nanoseconds(1), .seconds(-1), .seconds(1_000_000)] { histogram.record(duration) }
    #expect(histogram.count == 4)
    #expect(histogram.percentile(0.5) == .zero)
    #expect((histogram.percentile(1) ?? .zero) > .seconds(100_000))
  }

  @Test("a sample is of the answers since the one before, and there is none where none came")
  func samples() throws {
    var ledger = ProbeLedger("u")
    func answer(in time: Duration) {
      let number = ledger.send(at: .zero, Date(timeIntervalSince1970: 0), next: .seconds(1))
      _ = ledger.settle(number, .answered(time))
    }
    #expect(ledger.sample() == nil)
    for _ in 1...3 { answer(in: .milliseconds(8)) }
    guard case .sample("u", let first) = ledger.sample() else { return #expect(Bool(false), "no sample") }
    #expect(abs(first.p50 - 8) < 0.1 && abs(first.max - 8) < 0.1)
    answer(in: .milliseconds(2))
    guard case .sample("u", let second) = ledger.sample() else { return #expect(Bool(false), "no sample") }
    #expect(abs(second.max - 2) < 0.1)
    #expect(ledger.sample() == nil)
    #expect(ledger.figures(at: .zero).answered == 4)
  }

  @Test("the summary's line is as the operator was promised")
  func line() {
    let latency = ProbeFigures.Latency(p50: 1, p95: 2, p99: 4.11, max: 90)
    let url = "https://api.example/ping"
    func line(_ answered: Int, _ failed: Int, _ unmeasured: Int, gap: Double, _ latency: ProbeFigures.Latency?)
      -> String
    {
      ProbeFigures(
        url: url, answered: answered, failed: failed, unmeasured: unmeasured, longestGap: gap, latency: latency
      ).line
    }
    #expect(line(18204, 0, 0, gap: 0, latency) == "\(url): 18,204 probes, 0 failed, longest gap 0 ms, p99 4.1 ms")
    #expect(
      line(1_234_560, 7, 3, gap: 12345.4, latency)
        == "\(url): 1,234,570 probes, 7 failed, longest gap 12,345 ms, p99 4.1 ms, 3 could not be measured")
    #expect(line(0, 100, 0, gap: 9960, nil) == "\(url): 100 probes, 100 failed, longest gap 9,960 ms, no good answer")
  }

  @Test(
    "milliseconds have a tenth only where it counts",
    arguments: [
      (0, "0 ms"), (0.04, "0 ms"), (0.4, "0.4 ms"), (4.0, "4 ms"), (9.94, "9.9 ms"), (9.96, "10 ms"), (99.9, "100 ms"),
      (1000, "1,000 ms"), (999_999.6, "1,000,000 ms"),
    ])
  func milliseconds(value: Double, text: String) { #expect(ProbeText.milliseconds(value) == text) }

  @Test("statistics count three kinds of outcomes, and take latencies of good ones only")
  func statistics() {
    var statistics = ProbeStatistics()
    statistics.count(.answered(.milliseconds(5)))
    statistics.count(.failed(.refused))
    statistics.count(.unmeasured(.heldUp), number: 40)
    let figures = statistics.figures(of: "u", longestGap: .milliseconds(100), isFailing: true)
    #expect(figures.answered == 1 && figures.failed == 1 && figures.unmeasured == 40 && figures.sent == 42)
    #expect(figures.latency?.max == 5 && figures.longestGap == 100 && figures.line.hasSuffix(", still failing"))
  }

  @Test(
    "the budget is spent by one probe or one moment more than it allows, and without limits never",
    arguments: [
      (nil, nil, 1000, 1_000_000, 1_000_000, nil), (3, nil, 3, 100_000, 0, nil),
      (3, nil, 4, 0, 0, "4 probes failed, 3 are allowed"), (0, nil, 1, 0, 0, "1 probe failed, 0 are allowed"),
      (1, nil, 1200, 0, 0, "1,200 probes failed, 1 is allowed"), (nil, 100, 5, 100, 0, nil),
      (nil, 100, 5, 101, 0, "no good answer for 101 ms, 100 ms are allowed"),
      (nil, 0, 1, 100, 0, "no good answer for 100 ms, 0 ms are allowed"),
      (9, nil, 0, 0, 10_000, nil), (9, nil, 0, 0, 10_100, "could not be measured for 10,100 ms, 10,000 ms are allowed"),
      (nil, 5000, 0, 0, 5001, "could not be measured for 5,001 ms, 5,000 ms are allowed"),
      (nil, 100, 0, 0, 1000, nil), (nil, 100, 0, 0, 1100, "could not be measured for 1,100 ms, 1,000 ms are allowed"),
    ] as [(Int?, Int?, Int, Int, Int, String?)])
  func budget(most: Int?, maxGap: Int?, failed: Int, gap: Int, blindness: Int, excess: String?) {
    let budget = ProbeBudget(maxFailedProbes: most, maxGap: maxGap.map { .milliseconds($0) })
    let found = budget.excess(failed: failed, gap: .milliseconds(gap), blindness: .milliseconds(blindness))
    #expect(found == excess)
  }

  @Test("every event can be written as JSON and read again, and none holds a header's value")
  func json() throws {
    let date = Date(timeIntervalSince1970: 1_700_000_000.123)
    let target = ProbeTarget(
      url: "https://a/", method: .post, expectedStatuses: [200, 204],
      headers: [.init("Authorization", Secret("hunter2"))], tls: TLSTrust(isInsecure: true))
    #expect(
      target.question
        == "POST https://a/, expecting 200 or 204, with Authorization, whose certificate is not checked")
    #expect(!"\(target) \(String(reflecting: target))".contains("hunter2"))
    var dumped = ""
    dump(target, to: &dumped)
    #expect(!dumped.contains("hunter2"))
    let figures = ProbeFigures(url: "u", answered: 1, failed: 2, unmeasured: 3, longestGap: 4, latency: nil)
    let events: [ProbeEvent] = [
      .began(question: target.question, rate: 10), .failed(url: "u", at: date, fault: .status(500)),
      .unmeasured(url: "u", at: date, obstacle: .nameService("x"), count: 2),
      .failing(url: "u", since: date, fault: .broken("x"), isShown: true),
      .recovered(url: "u", at: date, failed: 2, gap: 200, isShown: false),
      .blind(url: "u", since: date, obstacle: .noDescriptors, isShown: true),
      .seeing(url: "u", at: date, unmeasured: 1, duration: 100, isShown: true), .figures(figures, hidden: 1),
      .ended(figures),
    ]
    for event in events.map(Event.probe) {
      let bytes = try JSONEncoder().encode(event)
      #expect(try JSONDecoder().decode(Event.self, from: bytes) == event)
    }
    #expect(events[1].line == "probe u: failed at 2023-11-14T22:13:20.123Z: it answered 500")
  }
}
