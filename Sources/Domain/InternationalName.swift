/// Names beyond ASCII, which we take in their ASCII form only: what looks alike does not compare
/// alike, and libraries turn `①②⑦.0.0.1` into an address.
enum InternationalName {
  /// Whether every label that begins with `xn--` stands for a name that could be registered, and is
  /// its one spelling. Source: RFC 5891 section 4.2, without the tables of RFC 5892.
  /// - Parameter host: A valid host name in lower case.
  static func isValid(_ host: String) -> Bool {
    host.split(separator: ".").allSatisfy { label in
      guard label.hasPrefix("xn--") else { return true }
      let encoded = label.dropFirst(4)
      guard let scalars = Punycode.decode(encoded), Punycode.encode(scalars) == encoded else {
        return false
      }
      // All ASCII would be another spelling of a plain name.
      return !scalars.allSatisfy(\.isASCII) && scalars.allSatisfy { $0.isASCII || isStable($0) }
    }
  }

  /// The same URL with its host in ASCII; nil where the host has no ASCII form that is beyond doubt,
  /// or where it is not the host alone.
  static func asciiForm(ofURL text: String) -> String? {
    let scalars = Array(text.unicodeScalars)
    let start = "https://".unicodeScalars.count
    guard text.prefix(start).lowercased() == "https://" else { return nil }
    let host = scalars.dropFirst(start).prefix { !"/?#:@".unicodeScalars.contains($0) }
    let labels = host.split(separator: ".", omittingEmptySubsequences: false).map { label in
      asciiForm(of: Array(label))
    }
    let rest = scalars.dropFirst(start + host.count)
    guard !labels.contains(nil), rest.allSatisfy(\.isASCII) else { return nil }
    return "https://" + labels.compactMap { $0 }.joined(separator: ".")
      + String(String.UnicodeScalarView(rest))
  }

  private static func asciiForm(of label: [Unicode.Scalar]) -> String? {
    let lower = Array(String(String.UnicodeScalarView(label)).lowercased().unicodeScalars)
    if label.allSatisfy(\.isASCII) { return String(String.UnicodeScalarView(lower)) }
    // Letters alone: a mark may be half of a letter that has a spelling of its own. And none that
    // stands for others: some read ß as ss, and the sign for kelvin is a k in lower case.
    let areLetters = lower.allSatisfy { scalar in
      scalar.isASCII
        || scalar.properties.isAlphabetic && !scalar.properties.changesWhenNFKCCaseFolded
    }
    let wereLetters = label.filter { !$0.isASCII }.count == lower.filter { !$0.isASCII }.count
    return areLetters && wereLetters ? "xn--" + Punycode.encode(lower) : nil
  }

  /// Neither a form that stands for other characters, nor invisible, nor without a meaning yet.
  private static func isStable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .unassigned, .privateUse, .surrogate, .spaceSeparator, .lineSeparator,
      .paragraphSeparator:
      // The two joiners belong to the spelling of some languages. RFC 5892 appendix A.
      scalar.value == 0x200C || scalar.value == 0x200D
    default:
      // ß and ς have been letters of their own since IDNA2008. RFC 5892 section 2.6.
      !scalar.properties.changesWhenNFKCCaseFolded || scalar.value == 0xDF
        || scalar.value == 0x3C2
    }
  }
}
