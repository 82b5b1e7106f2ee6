// swift-tools-version: 6.2
import PackageDescription

// The rooms of the house, from the ground up. A room sees only rooms of lower rings; two rooms of
// one ring never see each other. SwiftPM refuses circles but lets an undeclared import pass, so
// Tests/RoomsTests holds every `import` line against this file.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

/// A C library: its module map and one header with an inline function for each variadic or macro.
func library(_ name: String, pkgConfig: String, debian: String) -> Target {
  .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([debian])])
}

func room(
  _ name: String, sees rooms: [String] = [], packages: [Target.Dependency] = [],
  exclude: [String] = []
) -> Target {
  .target(
    name: name, dependencies: rooms.map { .byName(name: $0) } + packages, exclude: exclude,
    swiftSettings: strict)
}

func program(_ name: String, sees rooms: [String], packages: [Target.Dependency] = []) -> Target {
  .executableTarget(
    name: name, dependencies: rooms.map { .byName(name: $0) } + packages, swiftSettings: strict)
}

func tests(
  _ name: String, sees rooms: [String] = [], packages: [Target.Dependency] = [],
  exclude: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: rooms.map { .byName(name: $0) } + packages, exclude: exclude,
    swiftSettings: strict)
}

let package = Package(
  name: "patchbay",
  products: [
    .executable(name: "patchbay-web", targets: ["patchbay-web"]),
    .executable(name: "patchbay-worker", targets: ["patchbay-worker"]),
    .executable(name: "patchbay", targets: ["patchbay"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // Its one trait brings Foundation's URL, and six megabytes with it.
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    // Ring 0: the C libraries as they are.
    library("CFastCGI", pkgConfig: "fcgi", debian: "libfcgi-dev"),
    library("CMariaDB", pkgConfig: "libmariadb", debian: "libmariadb-dev"),
    library("CCurl", pkgConfig: "libcurl", debian: "libcurl4-openssl-dev"),
    library("COpenSSL", pkgConfig: "openssl", debian: "libssl-dev"),

    // Ring 1: one wrapper for each; no word of ours, no policy.
    room("FastCGI", sees: ["CFastCGI"]),
    room("MariaDB", sees: ["CMariaDB"]),
    room("Curl", sees: ["CCurl"]),
    room("Crypto", sees: ["COpenSSL"]),

    // Ring 2: nouns and rules.
    room("Domain", sees: ["Crypto"]),

    // Ring 3: the database, other people's servers, and the settings.
    room("Store", sees: ["Domain", "MariaDB", "Crypto"]),
    room("Outbound", sees: ["Domain", "Curl"]),
    room("Configuration", sees: ["Domain"]),

    // Ring 4: what pages and worker share.
    room("Engine", sees: ["Domain", "Store", "Outbound"]),

    // Ring 5: the two programs' insides, and what their mains share.
    room(
      "Web", sees: ["Domain", "Store", "Engine", "Crypto"], packages: [httpTypes, logging],
      exclude: ["Assets"]),
    room("Worker", sees: ["Domain", "Store", "Outbound", "Engine"], packages: [logging]),
    room(
      "Launch",
      sees: ["Configuration", "Domain", "Store", "Outbound", "MariaDB", "Crypto"],
      packages: [logging]),

    // Ring 6: the programs.
    program(
      "patchbay-web",
      sees: [
        "Configuration", "Launch", "FastCGI", "Domain", "Store", "Outbound", "Engine", "Web",
      ],
      packages: [httpTypes, logging]),
    program(
      "patchbay-worker",
      sees: ["Configuration", "Launch", "Domain", "Store", "Outbound", "Engine", "Worker"],
      packages: [logging]),
    program(
      "patchbay", sees: ["Configuration", "Launch", "Domain", "Store"],
      packages: [argumentParser]),

    tests("RoomsTests"),
    tests("FastCGITests", sees: ["FastCGI"]),
    // What tests of several rooms share: a private MariaDB server.
    .target(
      name: "TestSupport", dependencies: ["MariaDB"], path: "Tests/TestSupport",
      swiftSettings: strict),
    tests("MariaDBTests", sees: ["MariaDB", "TestSupport"]),
    tests("CurlTests", sees: ["Curl"], exclude: ["Support/evil_server.py"]),
    tests("CryptoTests", sees: ["Crypto"]),
    tests("DomainTests", sees: ["Domain", "Crypto"]),
    tests("StoreTests", sees: ["Store", "Domain", "MariaDB", "Crypto", "TestSupport"]),
    tests("ConfigurationTests", sees: ["Configuration", "Domain"]),
    tests(
      "WebTests",
      sees: ["Web", "Domain", "Store", "Outbound", "Engine", "MariaDB", "TestSupport"],
      packages: [httpTypes, logging]),
    tests(
      "WorkerTests",
      sees: ["Worker", "Domain", "Store", "Outbound", "Engine", "MariaDB", "TestSupport"],
      packages: [logging]),
  ]
)
