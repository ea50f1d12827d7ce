/// How much of a run those who watch it are told.
enum ProgressDetail {
  /// What fails.
  case little
  /// Phases, steps and what fails.
  case usual
  /// Also each command and every line that it prints.
  case all
}
