/// Text that stands in a line and is what it looks like: names that people give to things.
///
/// A character that nobody sees can turn a line around, or make two names look the same. Of those that
/// do have a use, variation selectors (emoji) may stand, and joiners within the scripts and emoji that
/// need them.
///
/// Source: Unicode Technical Standard 55 section 2 and Standard Annex 31 section 2.3.
package enum OneLine {
  /// What the text should be and is not, such as `one line of text`; nil where nothing is wrong.
  package static func lack(_ text: some StringProtocol) -> String? {
    var before: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      if breaksLine(scalar) { return "one line of text" }
      if isUnseen(scalar, after: before) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let code = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return "text without the invisible character U+\(code)"
      }
      before = scalar
    }
    return nil
  }

  /// The same without what should not be there: for names that are foreign and only shown.
  package static func tamed(_ text: some StringProtocol) -> String {
    var kept = String.UnicodeScalarView()
    for scalar in text.unicodeScalars
    where !breaksLine(scalar) && !isUnseen(scalar, after: kept.last) {
      kept.append(scalar)
    }
    return String(kept)
  }

  private static func breaksLine(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }

  private static func isUnseen(_ scalar: Unicode.Scalar, after before: Unicode.Scalar?) -> Bool {
    isInvisible(scalar) && !isNeeded(scalar, after: before)
  }

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isDefaultIgnorableCodePoint || scalar.properties.generalCategory == .format
  }

  private static func isNeeded(_ scalar: Unicode.Scalar, after before: Unicode.Scalar?) -> Bool {
    switch scalar.value {
    case 0xFE0E, 0xFE0F: before != nil
    // ZERO WIDTH NON-JOINER and JOINER, behind no Latin, Greek or Cyrillic letter.
    case 0x200C, 0x200D:
      before.map { $0.value == 0xFE0F || ($0.value >= 0x0590 && !isInvisible($0)) } ?? false
    default: false
    }
  }
}
