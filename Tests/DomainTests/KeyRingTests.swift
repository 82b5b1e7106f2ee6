import Domain
import Testing

@Suite struct KeyRingTests {
  private let first = "5f3c9a01 primary 2026-11-24T14:05:07.000000Z " + Self.key(1)
  private let second = "0000000b active 2026-11-24T14:05:07Z " + Self.key(2)
  private let third = "ABCDEF00 disabled 2026-11-24T14:05:07Z " + Self.key(3)

  @Test func `a file of keys is read`() throws {
    let ring = try ring([second, first, third])

    #expect(ring.primary.id == 0x5F3C_9A01)
    #expect(ring.primary.bytes == [UInt8](repeating: 1, count: 32))
    #expect(ring.key(0x0B)?.status == .active)
    #expect(ring.key(0x0B)?.idText == "0000000b")
    #expect(ring.keys.map(\.status) == [.active, .primary, .disabled])
  }

  @Test func `a disabled key and an unknown one cannot be had`() throws {
    let ring = try ring([first, third])

    #expect(ring.key(0xABCD_EF00) == nil)
    #expect(ring.key(7) == nil)
  }

  @Test func `what is written is read again`() throws {
    let ring = try ring([first, second])

    #expect(ring.file.hasPrefix(first + "\n"))
    #expect(try KeyRing(file: Array(ring.file.utf8)).file == ring.file)
    // Without the last line's end as well.
    #expect(try KeyRing(file: Array(first.utf8)).primary.id == 0x5F3C_9A01)
  }

  @Test func `a rotation adds a key first and encrypts with it later`() throws {
    let old = try ring([first])
    let new = KeyRing.Key(
      id: 9, status: .primary, madeAt: Timestamp(seconds: 0), bytes: Array(1...32))

    let both = old.adding(new)
    let rotated = try #require(both.promoting(9))

    #expect(both.primary.id == 0x5F3C_9A01)
    #expect(both.key(9)?.status == .active)
    #expect(rotated.primary.id == 9)
    #expect(rotated.key(0x5F3C_9A01)?.status == .active)
    #expect(try KeyRing(file: Array(rotated.file.utf8)).primary.id == 9)
    #expect(rotated.promoting(10) == nil)
    #expect(try ring([first, third]).promoting(0xABCD_EF00) == nil)
  }

  @Test func `a new ring has one primary key`() throws {
    let ring = KeyRing(
      primary: .init(
        id: 1, status: .active, madeAt: Timestamp(seconds: 0), bytes: Array(1...32)))

    #expect(try KeyRing(file: Array(ring.file.utf8)).primary.id == 1)
  }

  @Test func `any other file is refused, and the line is named`() {
    #expect(problem([]) == "no primary key")
    #expect(problem([second]) == "no primary key")
    #expect(problem([""]) == "no primary key")
    #expect(problem([first, ""]) == nil)
    #expect(problem([first, "", ""]) == "line 2: not four words: id, status, time, key")
    #expect(problem(["# keys", first]) == "line 1: not four words: id, status, time, key")
    #expect(problem([first + " "]) == "line 1: not four words: id, status, time, key")
    #expect(problem([first + "\r"]) == "line 1: the key is not base64 of 32 bytes")
    #expect(
      problem([first, first.replacing("5f3c9a01", with: "5f3c9a02")])
        == "line 2: a second primary key")
    #expect(
      problem([first, second.replacing("0000000b", with: "5F3C9A01")])
        == "line 2: the key 5f3c9a01 stands twice")
    #expect(
      problem([first.replacing("5f3c9a01", with: "5f3c9a0")])
        == "line 1: the id is not eight hexadecimal digits")
    #expect(
      problem([first.replacing("5f3c9a01", with: "5f3c9a0g")])
        == "line 1: the id is not eight hexadecimal digits")
    #expect(
      problem([first.replacing("primary", with: "Primary")])
        == "line 1: the status is not primary, active or disabled")
    #expect(
      problem([first.replacing("2026", with: "26")]) == "line 1: the time is not one of RFC 3339")
    #expect(
      problem(["5f3c9a01 primary 2026-11-24T14:05:07Z AQID"])
        == "line 1: the key is not base64 of 32 bytes")
  }

  @Test func `neither a key nor an error shows key bytes`() throws {
    let ring = try ring([first])
    var dumped = ""
    dump(ring, to: &dumped)

    #expect("\(ring.primary)" == "5f3c9a01 primary")
    #expect(!dumped.contains("bytes"))
    #expect(!String(reflecting: ring).contains("bytes"))
    #expect(
      problem([first.replacing("primary", with: Self.key(1))])?.contains(Self.key(1)) == false)
  }

  private static func key(_ byte: UInt8) -> String {
    Base64.standard.encode([UInt8](repeating: byte, count: 32))
  }

  private func ring(_ lines: [String]) throws -> KeyRing {
    try KeyRing(file: Array(lines.map { $0 + "\n" }.joined().utf8))
  }

  private func problem(_ lines: [String]) -> String? {
    do throws(KeyRingError) {
      _ = try KeyRing(file: Array(lines.joined(separator: "\n").utf8))
      return nil
    } catch {
      return error.description
    }
  }
}
