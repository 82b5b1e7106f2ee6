import Glibc

/// The scripts in the repository's `sql/`.
package enum SQLFile {
  private static let folder =
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    .joined(separator: "/") + "/sql"

  /// The migrations, in their order.
  package static let numbered: [(name: String, text: String)] = names(in: folder)
    .filter { $0.hasPrefix("0") }.sorted().map { (name: $0, text: text(of: $0)) }

  package static func text(of name: String) -> String {
    String(decoding: bytes(at: folder + "/" + name), as: UTF8.self)
  }

  package static func bytes(at path: String) -> [UInt8] {
    guard let file = fopen(path, "r") else { fatalError("no file \(path)") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
      bytes += buffer[..<count]
    }
    return bytes
  }

  package static func names(in folder: String) -> [String] {
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
