/// The keys that sealed columns are encrypted with.
///
/// A small text file, one key a line: eight hexadecimal digits, `primary`, `active` or `disabled`,
/// when it was made, and base64 of 32 bytes, with one space between.
///
///     5f3c9a01 primary 2026-11-24T14:05:07.000000Z n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=
package struct KeyRing: Sendable {
  package enum Status: String, Sendable {
    /// Encrypts and decrypts; there is exactly one.
    case primary
    /// Decrypts what it encrypted before.
    case active
    /// Kept so that its number is never used again; what it encrypted cannot be read.
    case disabled
  }

  package struct Key: Sendable {
    /// At random, and never used twice; stands in front of all that the key encrypts.
    package let id: UInt32
    package fileprivate(set) var status: Status
    package let madeAt: Timestamp
    /// 32 of them.
    package let bytes: [UInt8]

    package init(id: UInt32, status: Status, madeAt: Timestamp, bytes: [UInt8]) {
      self.id = id
      self.status = status
      self.madeAt = madeAt
      self.bytes = bytes
    }

    /// Eight hexadecimal digits.
    package var idText: String { Self.text(of: id) }

    package static func text(of id: UInt32) -> String {
      Hex.encode((0..<4).map { UInt8(truncatingIfNeeded: id >> UInt32(24 - 8 * $0)) })
    }
  }

  package private(set) var keys: [Key]
  /// Encrypts all that is sealed from now on.
  package private(set) var primary: Key

  package static let keyBytes = 32

  /// A ring of one new key.
  package init(primary: Key) {
    self.primary = primary
    self.primary.status = .primary
    keys = [self.primary]
  }

  /// - Throws: `KeyRingError` for anything but such lines, a number that stands twice, and more or
  ///   fewer than one primary key.
  package init(file text: [UInt8]) throws(KeyRingError) {
    var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    var keys: [Key] = []
    for (index, line) in lines.enumerated() {
      let key = try Key(line: String(decoding: line, as: UTF8.self), number: index + 1)
      if keys.contains(where: { $0.id == key.id }) {
        throw KeyRingError(line: index + 1, problem: "the key \(key.idText) stands twice")
      }
      if key.status == .primary, keys.contains(where: { $0.status == .primary }) {
        throw KeyRingError(line: index + 1, problem: "a second primary key")
      }
      keys.append(key)
    }
    guard let primary = keys.first(where: { $0.status == .primary }) else {
      throw KeyRingError(line: nil, problem: "no primary key")
    }
    self.keys = keys
    self.primary = primary
  }

  /// The key that decrypts what bears this number; nil for one that is unknown or disabled.
  package func key(_ id: UInt32) -> Key? {
    keys.first { $0.id == id && $0.status != .disabled }
  }

  /// The same ring with one more key, which only decrypts: on several hosts each must know a key
  /// before the first encrypts with it.
  package func adding(_ key: Key) -> KeyRing {
    var ring = self
    var added = key
    added.status = .active
    ring.keys.append(added)
    return ring
  }

  /// The same ring with another primary key; nil when this one is unknown or disabled.
  package func promoting(_ id: UInt32) -> KeyRing? {
    guard key(id) != nil else { return nil }
    var ring = self
    for index in ring.keys.indices {
      if ring.keys[index].id == id {
        ring.keys[index].status = .primary
        ring.primary = ring.keys[index]
      } else if ring.keys[index].status == .primary {
        ring.keys[index].status = .active
      }
    }
    return ring
  }

  /// What the file holds. Holds the keys themselves.
  package var file: String { keys.map { $0.line + "\n" }.joined() }
}

extension KeyRing.Key {
  fileprivate init(line: String, number: Int) throws(KeyRingError) {
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 4 else {
      throw KeyRingError(line: number, problem: "not four words: id, status, time, key")
    }
    guard words[0].utf8.count == 8, let id = Hex.decode(words[0]) else {
      throw KeyRingError(line: number, problem: "the id is not eight hexadecimal digits")
    }
    guard let status = KeyRing.Status(rawValue: String(words[1])) else {
      throw KeyRingError(line: number, problem: "the status is not primary, active or disabled")
    }
    guard let madeAt = Timestamp(rfc3339: words[2]) else {
      throw KeyRingError(line: number, problem: "the time is not one of RFC 3339")
    }
    guard let bytes = Base64.standard.decode(words[3]), bytes.count == KeyRing.keyBytes else {
      throw KeyRingError(line: number, problem: "the key is not base64 of 32 bytes")
    }
    self.init(
      id: id.reduce(0) { $0 << 8 | UInt32($1) }, status: status, madeAt: madeAt, bytes: bytes)
  }

  fileprivate var line: String {
    "\(idText) \(status.rawValue) \(madeAt.rfc3339) \(Base64.standard.encode(bytes))"
  }
}

/// What is wrong with a key ring file. Never quotes it.
package struct KeyRingError: Error, Equatable, CustomStringConvertible {
  /// From 1; nil where it is the file as a whole.
  package let line: Int?
  package let problem: String

  package var description: String {
    line.map { "line \($0): \(problem)" } ?? problem
  }
}

extension KeyRing.Key: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "\(idText) \(status.rawValue)" }
  package var debugDescription: String { description }
  // `dump` and a failed expectation print the mirror, which would show the key.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
