import Foundation
import Testing

@testable import Configuration

/// What the README, nginx's example, the units and the scripts of deploy/ call our settings.
struct DocumentedNamesTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// A parameter that nginx hands over, and no setting.
  private let parameters: Set = ["PATCHBAY_USER"]

  @Test func `the README has the table of settings as it is`() throws {
    let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)

    #expect(readme.contains("\n\n" + Settings.markdown + "\n"))
  }

  @Test(arguments: ["README.md", "nginx.conf.example", "deploy"])
  func `every name of ours that is written down there is one`(place: String) throws {
    let known = Set(SettingTable.all.map(\.name)).union(SettingTable.demoNames).union(parameters)
    var count = 0

    for file in try files(of: place) {
      guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
      // `PATCHBAY_DB_*` and `PATCHBAY_…_FILE` name several; `__PATCHBAY_` is C's.
      for match in text.matches(of: /\bPATCHBAY_[A-Z_]*[A-Z](?![A-Z_*…])/) {
        count += 1
        #expect(known.contains(String(match.output)), "\(file.lastPathComponent)")
      }
    }
    #expect(count > 0)
  }

  private func files(of place: String) throws -> [URL] {
    let url = Self.root.appending(path: place)
    guard let found = FileManager.default.enumerator(atPath: url.path) else { return [url] }
    let inside = found.compactMap { $0 as? String }.filter { !$0.contains("__pycache__") }
    return inside.isEmpty ? [url] : inside.map { url.appending(path: $0) }
  }
}
