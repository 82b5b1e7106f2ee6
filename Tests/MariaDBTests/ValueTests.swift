import Glibc
import MariaDB
import TestSupport
import Testing

@Suite struct ValueTests {
  let database: Database

  init() throws {
    database = Database(try TestServer.shared.makeDatabase())
  }

  @Test func `an integer comes back as it went`() throws {
    for integer in [0, 1, -1, Int.max, Int.min] {
      let back = try database.first("SELECT \(integer)") { row in try row.int() }

      #expect(back == integer)
    }
  }

  @Test func `a text comes back as it went`() throws {
    let long = String(repeating: "x", count: 100_000)
    for text in ["", "a", "NUL \0 inside", "\u{10FFFF}", "e\u{301}", long] {
      let back = try database.first("SELECT \(text)") { row in try row.text() }

      #expect(back.map { Array($0.utf8) } == Array(text.utf8))
    }
  }
}
