import ArgumentParser
import Foundation
import Records
import Report
import ReportServer
import UnixSignals
import Upgrade

/// Shows the report on a run in a browser, as it is at each moment.
struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Show the report on a run in a browser while the run is under way.",
    discussion: """
      It prints a URL that nobody can guess; the page behind it follows the run, also when it is resumed. It is read-only, \
      and any process may watch that can read the logs. Ctrl-C ends it, and leaves the run alone.
      """)

  @Argument(
    help: ArgumentHelp("The run's id or its beginning, as 'runs' lists it. (default: the newest)", valueName: "run"))
  var beginning: String?

  @Option(
    name: .customLong("listen"),
    help: ArgumentHelp(
      "Where browsers are listened for; port 0 is any that is free. Plain HTTP: from other machines rather come by a proxy "
        + "with TLS, or by 'ssh -L'.", valueName: "host:port"))
  var listen = ListenAddress(host: "127.0.0.1", port: 0)

  @Option(name: .customLong("log_dir"), help: "The folder of the logs.")
  var logDir = "logs"

  mutating func run() async throws {
    let folder = try RunFolder.find(beginning, in: logDir)
    var follower = JournalFollower(folder.journal)
    var story = RunStory()
    try follower.read { story.take($0) }
    let page = LivePage(ReportPage(story, now: Date()))
    let interrupts = await UnixSignalsSequence(trapping: .sigint, .sigterm)  // before anybody knows that it runs
    let server = try await ReportServer.start(host: listen.host, port: listen.port, setting: "--listen", page)
    Console.result([server.url])
    Console.progress(["run \(folder.id): the page follows it; Ctrl-C ends watching, and leaves the run alone"])
    if !listen.isLoopback {
      Console.progress([
        "--listen \(listen): whoever learns this URL can read the report, also by listening on the network"
      ])
    }
    let signals = Task {
      for await _ in interrupts { return }
    }
    let following = Task { [follower, story] in
      var (follower, story) = (follower, story)
      while !Task.isCancelled {
        try await Task.sleep(for: .seconds(1))
        try follower.read { story.take($0) }
        await page.show(ReportPage(story, now: Date()))
      }
    }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await signals.value }
      group.addTask { _ = await following.result }
      await group.next()
      following.cancel()
      signals.cancel()
    }
    await server.stop()
    if case .failure(let failure as Failure) = await following.result { throw failure }
  }
}
