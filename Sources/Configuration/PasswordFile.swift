/// The file of database passwords: `user password` a line, so that one file serves all programs.
enum PasswordFile {
  /// The password of `user`: all after the first space of its line.
  /// - Throws: Where there is no such line, or one that is no user and password. Quotes nothing.
  static func password(of user: String, in file: [UInt8]) throws(Misfit) -> String {
    var found: String?
    let lines = file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !line.isEmpty {
      guard let space = line.firstIndex(of: UInt8(ascii: " ")), space > line.startIndex,
        space + 1 < line.endIndex, !line.contains(0)
      else { throw Misfit(problem: "line \(index + 1) is not a user, a space and a password") }
      if line[..<space].elementsEqual(user.utf8) {
        found = String(decoding: line[(space + 1)...], as: UTF8.self)
      }
    }
    guard let found else { throw Misfit(problem: "there is no line for \(user)") }
    return found
  }
}
