/// What an upgrade of a crash test comes to when nothing disturbs it.
public enum CrashCase: String, Sendable, Hashable, CaseIterable {
  /// All is upgraded.
  case success
  /// A step fails late (`apply` on the second node; TRANSFORM), and all that was done is taken back.
  case rollback
}
