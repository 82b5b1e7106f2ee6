import Domain

extension Query {
  /// What says that two submissions of a form are one; nil where there is none that a page or the
  /// script would make. MariaDB stores no UUID whose variant is another's.
  func formID() throws(Malformed) -> UUID? {
    guard let id = try one("form_id").flatMap({ UUID($0) }), id.low >> 62 == 0b10,
      [4, 7].contains(id.high >> 12 & 0xF)
    else { return nil }
    return id
  }
}
