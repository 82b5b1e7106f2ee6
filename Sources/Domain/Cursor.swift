/// Where a page of a list ended: the key of its last row, opaque to whoever carries it.
///
/// Base64 of 24 bytes: the row's time in microseconds, then its identifier. It holds no right to
/// anything, so it is neither sealed nor signed; a made-up one only starts the page elsewhere.
package struct Cursor: Sendable, Comparable {
  package let time: Timestamp
  package let id: UUID

  package init(time: Timestamp, id: UUID) {
    self.time = time
    self.id = id
  }

  package static func < (left: Cursor, right: Cursor) -> Bool {
    left.time == right.time ? left.id < right.id : left.time < right.time
  }

  /// nil for anything that `text` never gave.
  package init?(_ text: some StringProtocol) {
    guard let bytes = Base64.url.decode(text), bytes.count == 24 else { return nil }
    let words = (0..<3).map { word in
      bytes[word * 8..<word * 8 + 8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
    // A time that MariaDB's DATETIME cannot hold would be an error there.
    guard words[0] <= Self.lastMicrosecond else { return nil }
    self.init(
      time: Timestamp(microseconds: Int64(words[0])), id: UUID(high: words[1], low: words[2]))
  }

  package var text: String {
    let words = [UInt64(bitPattern: time.microseconds), id.high, id.low]
    return Base64.url.encode(
      words.flatMap { word in
        (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
      })
  }

  /// 9999-12-31T23:59:59.999999Z
  private static let lastMicrosecond: UInt64 = 253_402_300_799_999_999
}
