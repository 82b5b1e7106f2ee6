/// Passwords that are long enough and tried first all the same.
///
/// Lists of leaked passwords hold few of 12 characters and more, and nearly all of those are one word,
/// a run of keys or a piece said again and again, with digits around it. So the pieces are listed
/// here, and not their endings. Source of the rule: OWASP ASVS 5.0 sections 6.2.4 and 6.2.11.
enum CommonPassword {
  static func matches(_ password: String) -> Bool {
    let bytes = password.lowercased().utf8.filter { !isSeparator($0) }
    if isRepetition(bytes) || isRun(bytes) { return true }
    let core = trimmed(bytes)
    return words.contains { word in
      let word = Array(word.utf8)
      return isMade(of: word, core) || isMade(of: word, bytes)
    }
  }

  /// What stands between two signs at both ends: `password` of `#password2026!`.
  private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
    guard let first = bytes.firstIndex(where: isLetter), let last = bytes.lastIndex(where: isLetter)
    else { return bytes }
    return Array(bytes[first...last])
  }

  /// A piece of up to eight, again and again.
  private static func isRepetition(_ bytes: [UInt8]) -> Bool {
    (1...8).contains { size in
      bytes.count > size && bytes.indices.allSatisfy { bytes[$0] == bytes[$0 % size] }
    }
  }

  /// Each one more than the one before, or each one less; 9 and 0 are neighbours.
  private static func isRun(_ bytes: [UInt8]) -> Bool {
    let steps = zip(bytes, bytes.dropFirst())
    return steps.allSatisfy(isNext) || steps.allSatisfy { isNext($1, $0) }
  }

  private static func isNext(_ before: UInt8, _ after: UInt8) -> Bool {
    after == before &+ 1 || (before == UInt8(ascii: "9") && after == UInt8(ascii: "0"))
  }

  private static func isMade(of word: [UInt8], _ bytes: [UInt8]) -> Bool {
    bytes.count.isMultiple(of: word.count) && !bytes.isEmpty
      && bytes.indices.allSatisfy { bytes[$0] == word[$0 % word.count] }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    " -_.".utf8.contains(byte)
  }

  private static let words = [
    "password", "passw0rd", "p@ssword", "p@ssw0rd", "pa55word", "passwort", "motdepasse",
    "mypassword", "changeme", "changeit", "changemenow", "letmein",
    "letmeinnow", "welcome", "welcometo", "iloveyou", "iloveyousomuch", "ihateyou", "qwerty",
    "qwertz", "azerty", "qwertyuiop", "qwertyuiopasdfghjkl", "qwertyuiopasdfghjklzxcvbnm",
    "qwertyasdfgh", "qwertyasdfghzxcvbn", "asdfghjkl", "asdfghjklzxcvbnm", "zxcvbnm", "asdfgh",
    "zxcvbn", "qazwsx", "qazwsxedc", "qazwsxedcrfv", "qazwsxedcrfvtgb", "q1w2e3r4t5y6",
    "q1w2e3r4t5y6u7i8", "a1b2c3d4e5f6", "administrator", "admin", "adminadmin",
    "root", "superuser", "superman", "batman", "football", "baseball", "basketball", "princess",
    "sunshine", "dragon", "monkey", "master", "shadow", "michael", "jennifer", "charlie",
    "starwars", "pokemon", "liverpool", "chelsea", "manchester", "manchesterunited", "barcelona",
    "juventus", "computer", "internet", "whatever", "freedom", "forever", "familyfirst",
    "jesuschrist", "christian", "thisismypassword", "thisisapassword", "correcthorsebatterystaple",
    "secret", "topsecret", "default", "testtest", "testing", "test", "guest", "user", "login",
    "summer", "winter", "spring", "autumn", "january", "february", "september", "october",
    "november", "december", "patchbay", "patchbaypassword", "integrations", "webhooks", "webhook",
  ]
}
