import ArgumentParser
import Configuration
import Glibc
import Launch
import Store

struct Migrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Brings the database's tables up to this version.",
    discussion: """
      Safe to run again, and while another one runs. Refuses a database that is newer than the
      migrations. Afterwards run sql/grants.sql as the server's root.
      """)

  @Option(help: "The folder with the numbered .sql files.")
  var directory: String?

  func run() {
    patchbay.run { settings in
      let folder = try directory ?? standardFolder()
      let migrations = try Self.migrations(in: folder)
      let schema = SchemaStore(
        database: Startup.database(settings, allowsScripts: true))
      let applied = try schema.migrate(migrations, lock: Startup.database(settings))
      for name in applied { print("applied \(name)") }
      print("The database is at version \(try schema.appliedVersion()).")
    }
  }

  /// Beside the installed program, else in the folder we stand in.
  private func standardFolder() throws -> String {
    // Not the first argument: that is a bare name where the program was found by PATH.
    var path = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = path.withUnsafeMutableBytes {
      readlink("/proc/self/exe", $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
    }
    let program = String(decoding: path.prefix(max(0, count)), as: UTF8.self)
      .split(separator: "/", omittingEmptySubsequences: false)
    let beside = program.dropLast(2).joined(separator: "/") + "/share/patchbay/sql"
    for folder in [beside, "sql"] where access(folder, R_OK) == 0 { return folder }
    throw Refusal("No folder with migrations: name it by --directory.", code: .usage)
  }

  private static func migrations(in folder: String) throws -> [SchemaStore.Migration] {
    guard let directory = opendir(folder) else {
      throw Refusal("\(folder) cannot be read.", code: .usage)
    }
    defer { closedir(directory) }
    var migrations: [SchemaStore.Migration] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name.hasSuffix(".sql"), name.utf8.first.map({ $0 >= 0x30 && $0 <= 0x39 }) == true
      else { continue }
      let script = String(decoding: try Startup.read("\(folder)/\(name)"), as: UTF8.self)
      guard let migration = SchemaStore.Migration(fileName: name, script: script) else { continue }
      migrations.append(migration)
    }
    guard !migrations.isEmpty else { throw Refusal("\(folder) has no migrations.", code: .usage) }
    return migrations
  }
}
