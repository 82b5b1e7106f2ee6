import Domain
import MariaDB
import TestSupport

@testable import Store

/// The database as an operator sets it up: setup.sql, `patchbay migrate`, grants.sql. Its three
/// accounts sign in by password, since the tests run as one system user.
struct Accounts {
  enum Name: String, CaseIterable {
    case web = "patchbay_web"
    case worker = "patchbay_worker"
    case admin = "patchbay_admin"
  }

  private static let made: Result<Accounts, any Error> = Result { try Accounts() }

  /// One for all tests: accounts belong to the server, not to a database.
  static func shared() throws -> Accounts { try made.get() }

  private init() throws {
    let root = Database(TestServer.shared.options(database: "mysql"))
    for _ in 1...2 { try root.run(script: SQLFile.text(of: "setup.sql")) }
    for name in Name.allCases { try signInByPassword(name.rawValue) }
    _ = try SchemaStore(database: database(.admin))
      .migrate(SQLFile.migrations, lock: database(.admin))
    for _ in 1...2 { try root.run(script: SQLFile.text(of: "grants.sql")) }
  }

  func root() -> Database {
    Database(TestServer.shared.options(database: "patchbay"))
  }

  func signInByPassword(_ account: String) throws {
    try root().run(script: "ALTER USER \(account)@localhost IDENTIFIED BY '\(account)'")
  }

  func database(_ name: Name) -> Database {
    database(account: name.rawValue)
  }

  func database(account: String) -> Database {
    var options = TestServer.shared.options(database: "patchbay")
    options.user = account
    options.password = account
    options.sessionStatements = Stores.sessionStatements
    return Database(options)
  }

  /// With the key that one test has everything sealed by: what the others have in the same database,
  /// too.
  static let keys = Fixture.keys.adding(Fixture.key(2, byte: 8))

  func stores(_ name: Name) -> Stores {
    Stores(database(name), seal: Seal(Self.keys))
  }
}
