// swift-tools-version: 6.2
import PackageDescription

// Warnings are errors where CI builds; a newer compiler's new warning must not stop a user's build.
let strict: [SwiftSetting] =
  [.enableUpcomingFeature("ExistentialAny")]
  + (Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)])

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
// For single probes, and for the types of the HTTP client's errors.
let sockets: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
  .product(name: "NIOHTTP1", package: "swift-nio"),
  .product(name: "NIOSSL", package: "swift-nio-ssl"),
]
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")

let package = Package(
  name: "zdupgrade",
  products: [
    .executable(name: "zdupgrade", targets: ["zdupgrade"]),
    .executable(name: "zdulab", targets: ["zdulab"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
  ],
  targets: [
    .systemLibrary(name: "CLibSSH2", pkgConfig: "libssh2", providers: [.apt(["libssh2-1-dev"])]),
    .target(name: "CBcryptPBKDF"),
    .target(name: "CSubreaper"),
    .plugin(name: "Commit", capability: .buildTool()),
    .target(name: "Release", swiftSettings: strict, plugins: ["Commit"]),
    .target(name: "SSH", dependencies: ["CLibSSH2", "CBcryptPBKDF"], swiftSettings: strict),
    .target(name: "Upgrade", swiftSettings: strict),
    .target(name: "Axway", dependencies: ["Upgrade"], swiftSettings: strict),
    .target(name: "WebMethods", dependencies: ["Upgrade"], swiftSettings: strict),
    .target(
      name: "HTTPListener", dependencies: ["Upgrade", hummingbird, hummingbirdCore, logging] + sockets,
      swiftSettings: strict),
    .target(
      name: "WebhookListener", dependencies: ["HTTPListener", "WebMethods", "Upgrade", hummingbirdCore],
      swiftSettings: strict),
    .target(
      name: "ReportServer", dependencies: ["HTTPListener", "Report", "Upgrade", hummingbirdCore], swiftSettings: strict
    ),
    .target(name: "LoadBalancers", dependencies: ["Upgrade"], swiftSettings: strict),
    .target(name: "CommandHandlers", dependencies: ["Upgrade", "SSH", subprocess], swiftSettings: strict),
    .target(name: "Clients", dependencies: ["Upgrade", httpClient, crypto] + sockets, swiftSettings: strict),
    .target(name: "Records", dependencies: ["Upgrade", logging], swiftSettings: strict),
    .target(name: "Report", dependencies: ["Upgrade"], swiftSettings: strict),
    .target(name: "Live", dependencies: ["Upgrade"], swiftSettings: strict),
    .target(name: "Rehearsal", dependencies: ["Upgrade", "Axway", "Report"], swiftSettings: strict),
    .executableTarget(
      name: "zdupgrade",
      dependencies: [
        "Upgrade", "Axway", "WebMethods", "WebhookListener", "LoadBalancers", "CommandHandlers", "Clients", "Records",
        "Release", "Report", "ReportServer", "Live", "Rehearsal", "SSH", argumentParser, unixSignals, crypto,
      ],
      swiftSettings: strict),
    .target(
      name: "Lab",
      dependencies: [
        "Upgrade", "Axway", "Rehearsal", "SSH", "CommandHandlers", "Records", "CSubreaper", subprocess, hummingbird,
        hummingbirdCore, hummingbirdTLS, httpClient, logging,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "zdulab", dependencies: ["Lab", "Axway", "Rehearsal", "Release", "Upgrade", argumentParser],
      swiftSettings: strict),
    .testTarget(
      name: "SSHTests", dependencies: ["SSH", "CommandHandlers", "Upgrade", "Lab", subprocess], swiftSettings: strict),
    .target(name: "TestDoubles", dependencies: ["Upgrade"], path: "Tests/TestDoubles", swiftSettings: strict),
    .testTarget(name: "UpgradeTests", dependencies: ["Upgrade", "TestDoubles"], swiftSettings: strict),
    .testTarget(name: "AxwayTests", dependencies: ["Axway", "Upgrade", "TestDoubles"], swiftSettings: strict),
    .testTarget(
      name: "WebMethodsTests", dependencies: ["WebMethods", "Upgrade", "TestDoubles"], swiftSettings: strict),
    .testTarget(
      name: "WebhookListenerTests",
      dependencies: [
        "WebhookListener", "WebMethods", "Clients", "LoadBalancers", "CommandHandlers", "Upgrade", "Lab", "zdulab",
        "TestDoubles",
      ],
      swiftSettings: strict),
    .testTarget(name: "RecordsTests", dependencies: ["Records", "Upgrade", "TestDoubles"], swiftSettings: strict),
    .testTarget(name: "ReportTests", dependencies: ["Report", "Upgrade"], swiftSettings: strict),
    .testTarget(name: "RehearsalTests", dependencies: ["Rehearsal", "Axway", "Upgrade"], swiftSettings: strict),
    .testTarget(
      name: "ReportServerTests", dependencies: ["ReportServer", "Report", "Upgrade", httpClient] + sockets,
      swiftSettings: strict),
    .testTarget(name: "LiveTests", dependencies: ["Live", "Upgrade"], swiftSettings: strict),
    .testTarget(
      name: "LoadBalancersTests",
      dependencies: [
        "LoadBalancers", "Clients", "CommandHandlers", "SSH", "Upgrade", "Lab", "zdulab", httpClient, hummingbird,
        subprocess, logging,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "CommandHandlersTests", dependencies: ["CommandHandlers", "Upgrade", "TestDoubles"], swiftSettings: strict),
    .testTarget(name: "ClientsTests", dependencies: ["Clients", "Upgrade", "Lab", subprocess], swiftSettings: strict),
    .testTarget(
      name: "LabTests",
      dependencies: [
        "Lab", "Axway", "WebMethods", "Upgrade", "zdulab", subprocess, hummingbird, hummingbirdCore, httpClient,
        logging,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "zdupgradeTests",
      dependencies: [
        "zdupgrade", "zdulab", "Lab", "Axway", "Records", "Rehearsal", "Release", "Upgrade", "TestDoubles", subprocess,
      ],
      swiftSettings: strict),
  ]
)
