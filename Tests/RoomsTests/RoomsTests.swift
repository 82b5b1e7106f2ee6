import Foundation
import Testing

/// Holds every `import` line against Package.swift, since SwiftPM accepts an undeclared one.
struct RoomsTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test func `every import is declared in Package.swift`() throws {
    let rooms = try PackageText.rooms()

    for (room, declared) in rooms.sees {
      for file in try Self.swiftFiles(of: room, rooms) {
        let text = try String(contentsOf: file, encoding: .utf8)
        for module in Self.imports(in: text) where rooms.names.contains(module) {
          #expect(
            declared.contains(module),
            "\(room)/\(file.lastPathComponent) imports \(module), which \(room) does not see")
        }
      }
    }
  }

  @Test func `a room sees only lower rings`() throws {
    let rooms = try PackageText.rooms()

    for (room, declared) in rooms.sees {
      guard let ring = rooms.ring[room] else { continue }
      for seen in declared {
        let lower = try #require(rooms.ring[seen], "\(room) sees \(seen), which is no room")
        #expect(lower < ring, "\(room) of ring \(ring) sees \(seen) of ring \(lower)")
      }
    }
  }

  @Test func `no room imports Foundation or a thread's tools`() throws {
    let rooms = try PackageText.rooms()
    let mains: Set = ["patchbay-web", "patchbay-worker", "patchbay"]

    for room in rooms.ring.keys {
      for file in try Self.swiftFiles(of: room, rooms) {
        let modules = Self.imports(in: try String(contentsOf: file, encoding: .utf8))
        #expect(!modules.contains("Foundation") || room == "patchbay", "\(room): \(file)")
        #expect(!modules.contains("Dispatch"), "\(room): \(file)")
        #expect(!modules.contains("Synchronization") || mains.contains(room), "\(room): \(file)")
      }
    }
  }

  @Test func `SQL stands in Store alone`() throws {
    let rooms = try PackageText.rooms()
    let verbs = ["SELECT ", "INSERT INTO ", "UPDATE webhook", "DELETE FROM "]

    for room in rooms.ring.keys where !["Store", "MariaDB"].contains(room) {
      for file in try Self.swiftFiles(of: room, rooms) {
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        for line in lines where !line.drop(while: { $0 == " " }).hasPrefix("//") {
          for verb in verbs {
            #expect(!line.contains(verb), "\(room)/\(file.lastPathComponent): \(line)")
          }
        }
      }
    }
  }

  /// Modules named by the import lines of a file, whatever stands before `import`.
  static func imports(in text: String) -> Set<String> {
    var modules: Set<String> = []
    for line in text.split(separator: "\n") {
      var words = line.split(separator: " ").filter { !$0.hasPrefix("@") }
      if let access = words.first, ["package", "public", "internal"].contains(access) {
        words.removeFirst()
      }
      guard words.first == "import", let module = words.last else { continue }
      modules.insert(String(module.split(separator: ".")[0]))
    }
    return modules
  }

  static func swiftFiles(of room: String, _ rooms: PackageText.Rooms) throws -> [URL] {
    let folder = root.appending(path: rooms.isTest(room) ? "Tests" : "Sources")
      .appending(path: room)
    let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (found?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
  }
}

/// The table of rooms as Package.swift writes it.
enum PackageText {
  struct Rooms {
    /// Targets of ours, tests among them.
    var sees: [String: Set<String>] = [:]
    /// Rooms and programs only.
    var ring: [String: Int] = [:]

    var names: Set<String> { Set(ring.keys) }
    func isTest(_ target: String) -> Bool { ring[target] == nil }
  }

  static func rooms() throws -> Rooms {
    let text = try String(
      contentsOf: RoomsTests.root.appending(path: "Package.swift"), encoding: .utf8)
    var rooms = Rooms()
    var ring = -1
    // A comment `// Ring N:` opens a ring; each target is a call that ends at its own `)`.
    var call = ""
    var depth = 0
    for line in text.split(separator: "\n") {
      if let mark = line.range(of: "// Ring "), let number = Int(line[mark.upperBound...].prefix(1))
      {
        ring = number
      }
      let code = line.drop(while: { $0 == " " })
      let opens = ["library(", "room(", "program(", "tests("].contains { code.hasPrefix($0) }
      guard ring >= 0, opens || depth > 0 else { continue }
      call += code
      depth += code.count { $0 == "(" } - code.count { $0 == ")" }
      if depth == 0 {
        read(call, ring: ring, into: &rooms)
        call = ""
      }
    }
    return rooms
  }

  private static func read(_ call: String, ring: Int, into rooms: inout Rooms) {
    let quoted = call.split(separator: "\"", omittingEmptySubsequences: false)
    guard quoted.count > 1 else { return }
    let name = String(quoted[1])
    var seen: Set<String> = []
    if let start = call.range(of: "sees: ["),
      let end = call.range(of: "]", range: start.upperBound..<call.endIndex)
    {
      let parts = call[start.upperBound..<end.lowerBound].split(
        separator: "\"", omittingEmptySubsequences: false)
      seen = Set(
        parts.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) })
    }
    rooms.sees[name] = seen
    if !call.hasPrefix("tests(") { rooms.ring[name] = ring }
  }
}
