/// A channel of a session on the loop's side.
///
/// `advance` does what can be done now and returns; it is called again whenever something came in, was sent, or is wanted.
protocol SessionChannel: AnyObject {
  /// Names it among the channels of its connection.
  var id: UInt64 { get }
  /// What to do when its time is up; the owner cancels it at the end.
  var timer: TimerQueue.Timer? { get set }
  /// Whether it is gone and nothing is left to do.
  var isDone: Bool { get }
  /// Whether libssh2 is in the middle of opening it or of starting its command. It can do that for one at a time only: it
  /// takes the server's answer about another channel for the end of everything.
  var isOpening: Bool { get }
  /// Whether somebody has to take something before more is read.
  var isPaused: Bool { get }

  /// Does the next thing, if that can be done without waiting.
  ///
  /// - Parameter mayOpen: whether no other channel `isOpening`.
  /// - Returns: whether anything was done.
  /// - Throws: `SSHError` when the whole session is broken.
  func step(_ context: ChannelContext, mayOpen: Bool) throws(SSHError) -> Bool
  /// Wakes whoever waits for what was read; called at the end of a round.
  func deliver()
  /// Gives it up: who waits for it gets `error` now, and it is closed as soon as the server agrees.
  func abandon(_ error: any Error)
  /// The session is broken: nothing can be sent any more.
  func fail(_ error: SSHError)
}

extension SessionChannel {
  /// Does all that can be done without waiting; tells whether anything was.
  func advance(_ context: ChannelContext, mayOpen: Bool) throws(SSHError) -> Bool {
    var hasAdvanced = false
    while try step(context, mayOpen: mayOpen) { hasAdvanced = true }
    return hasAdvanced
  }
}
