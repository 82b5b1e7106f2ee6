import Crypto
package import Domain

/// Where a sealed value stands. It opens there and nowhere else: moved to another row, column,
/// table or user it is unreadable.
struct SealedPlace {
  let table: String
  let column: String
  let row: UUID
  let user: UUID

  /// Each part with its length in front, so that no two places give the same bytes.
  var associatedData: [UInt8] {
    var bytes: [UInt8] = []
    for part in [table, column, row.description, user.description] {
      bytes.append(UInt8(truncatingIfNeeded: part.utf8.count))
      bytes.append(contentsOf: part.utf8)
    }
    return bytes
  }
}

/// Seals columns with the primary key of the ring and opens them with any of its keys.
///
/// A sealed value is `0x01` (format) `0x01` (AES-256-GCM), the key's id in four bytes, big-endian,
/// then nonce, ciphertext and tag.
package struct Seal: Sendable {
  private let keyRing: KeyRing?

  /// - Parameter keyRing: nil where nothing is sealed or opened.
  package init(_ keyRing: KeyRing?) {
    self.keyRing = keyRing
  }

  func seal(_ value: [UInt8], at place: SealedPlace) throws -> [UInt8] {
    guard let key = keyRing?.primary else { throw SealError.noKeyRing }
    let id = key.id
    var sealed: [UInt8] = [
      1, 1, UInt8(truncatingIfNeeded: id >> 24), UInt8(truncatingIfNeeded: id >> 16),
      UInt8(truncatingIfNeeded: id >> 8), UInt8(truncatingIfNeeded: id),
    ]
    sealed += try AESGCM.seal(value, key: key.bytes, associatedData: sealed + place.associatedData)
    return sealed
  }

  /// Bytes of a sealed value beside the value's own: what is before the nonce, the nonce and the tag.
  static let overhead = 6 + 12 + 16

  /// Of the key that seals, as the ring's file names it.
  var primaryID: String? { keyRing?.primary.idText }

  /// Whether the primary key sealed it.
  func isByPrimary(_ sealed: [UInt8]) -> Bool {
    guard sealed.count > 6, let primary = keyRing?.primary else { return false }
    return sealed[2..<6].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } == primary.id
  }

  /// - Throws: `SealError` when the key is not in the ring, or the value was changed or moved.
  func open(_ sealed: [UInt8], at place: SealedPlace) throws -> [UInt8] {
    guard sealed.count > 6 else { throw SealError.changedOrMoved }
    guard sealed[0] == 1, sealed[1] == 1 else { throw SealError.unknownFormat }
    let id = sealed[2..<6].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard let key = keyRing?.key(id) else { throw SealError.noSuchKey(id) }
    let header = Array(sealed[..<6])
    do {
      return try AESGCM.open(
        Array(sealed[6...]), key: key.bytes, associatedData: header + place.associatedData)
    } catch {
      throw SealError.changedOrMoved
    }
  }
}

package enum SealError: Error, Equatable, CustomStringConvertible {
  case noKeyRing
  /// Of a later version, perhaps.
  case unknownFormat
  /// Also where the id's own bytes were changed. Nothing tells an id that was never in use from that of
  /// a key which another host's ring has, or a backup's, and to take a key that is missing for damage
  /// would have people throw away what is whole. So it waits, and the id in the log says what to look
  /// for: one that no ring ever had, on one value among many, is damage.
  case noSuchKey(UInt32)
  /// What is at this place was not sealed there, or not so. Nothing makes it readable again.
  case changedOrMoved

  package var description: String {
    switch self {
    case .noKeyRing: "there is no key ring"
    case .unknownFormat: "what is sealed has a format that this version does not know"
    case .noSuchKey(let id):
      "the key ring has no key \(KeyRing.Key.text(of: id)), or it is disabled there"
    case .changedOrMoved: "what is sealed was changed or moved, and does not open"
    }
  }
}
