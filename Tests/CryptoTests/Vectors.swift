/// One published case: letters, each with the bytes written after it in hexadecimal.
struct Vector {
  private let fields: [Substring: [UInt8]]

  init(_ text: some StringProtocol) {
    var digits: [Substring: String] = [:]
    var letter: Substring = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
      let word = Substring(word)
      if word.last == ":" {
        letter = word.dropLast()
        digits[letter] = ""
      } else {
        digits[letter]! += word
      }
    }
    fields = digits.mapValues { hex($0) }
  }

  subscript(letter: Substring) -> [UInt8] {
    fields[letter]!
  }
}

/// Cases with an empty line between them.
func vectors(_ text: String) -> [Vector] {
  var cases: [Vector] = []
  var current = ""
  for line in (text + "\n\n").split(separator: "\n", omittingEmptySubsequences: false) {
    if line.isEmpty, !current.isEmpty {
      cases.append(Vector(current))
      current = ""
    } else {
      current += "\(line)\n"
    }
  }
  return cases
}

func hex(_ digits: String) -> [UInt8] {
  let digits = Array(digits)
  precondition(digits.count.isMultiple(of: 2), "two digits to a byte")
  return stride(from: 0, to: digits.count, by: 2).map { position in
    UInt8(String(digits[position...position + 1]), radix: 16)!
  }
}
