import Glibc
import Store

/// The scripts in the repository's `sql/`.
enum SQLFile {
  private static let folder =
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
    .joined(separator: "/") + "/sql"

  /// All numbered ones, in no order.
  static let migrations: [SchemaStore.Migration] = names().compactMap { name in
    SchemaStore.Migration(fileName: name, script: text(of: name))
  }

  static func text(of name: String) -> String {
    guard let file = fopen(folder + "/" + name, "r") else { fatalError("no sql/\(name)") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
      bytes += buffer[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func names() -> [String] {
    guard let directory = opendir(folder) else { fatalError("no folder \(folder)") }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) { name in
          String(cString: UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))
        })
    }
    return names
  }
}
