import Testing

/// The suites that start labs: one test after the other, so that a small machine is not asked for many labs at once.
@Suite("On stage", .serialized)
enum OnStage {}
