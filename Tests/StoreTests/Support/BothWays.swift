import Domain
import MariaDB

@testable import Store

/// One and the same `data`, sent in by HTTP and by `CALL emit_event`.
struct BothWays {
  /// The bytes that would be delivered, or nil where `data` is refused.
  struct Verdicts: Equatable {
    let http: [UInt8]?
    let sql: [UInt8]?
  }

  let fixture: Fixture
  let user: User
  private let host: Database
  private let type = "lead.created"

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    host = Database(fixture.options)
  }

  /// Both bodies carry the time of the event in SQL, so that they can be compared.
  func verdicts(on data: String) throws -> Verdicts {
    let sql = try emitted(data)
    return Verdicts(http: http(data, at: sql?.timestamp ?? currentTime()), sql: sql?.body)
  }

  /// As in Web/API/EventsAPI.swift.
  private func http(_ data: String, at timestamp: Timestamp) -> [UInt8]? {
    guard let value = try? JSONValue(Array(data.utf8)), value.kind == .object,
      value.nesting <= Event.nestingLimit
    else { return nil }
    let body = Event.body(type: type, timestamp: timestamp, data: value.compact)
    return body.count <= Event.bodyLimitBytes ? body : nil
  }

  private func emitted(_ data: String) throws -> (timestamp: Timestamp, body: [UInt8])? {
    do throws(DatabaseError) {
      try host.execute("CALL emit_event(\(user.id), \(type), \(data))")
    } catch {
      guard error.code == .signal, error.message.hasPrefix("data: ") else { throw error }
      return nil
    }
    let event = try host.first("SELECT timestamp, body FROM events") { row in
      (timestamp: try row.timestamp(), body: try row.bytes())
    }
    try host.execute("DELETE FROM events")
    return event
  }

  /// `{"a":[[…]]}`, so many arrays and objects within each other.
  static func nested(_ depth: Int) -> String {
    #"{"a":"# + String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1)
      + "}"
  }

  /// Data whose body has so many bytes.
  static func filling(_ bodyBytes: Int, with character: Character = "x") -> String {
    let empty = Event.body(
      type: "lead.created", timestamp: Timestamp(seconds: 0), data: Array(#"{"a":""}"#.utf8))
    let rest = bodyBytes - empty.count
    let size = character.utf8.count
    return #"{"a":""# + String(repeating: character, count: rest / size)
      + String(repeating: "x", count: rest % size) + #""}"#
  }
}
