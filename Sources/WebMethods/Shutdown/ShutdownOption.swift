/// How a gateway goes down.
public enum ShutdownOption: Sendable, Hashable {
  /// At once.
  case force
  /// When no client's session is open any more, or so many minutes have passed.
  case drain(minutes: Int)
}
