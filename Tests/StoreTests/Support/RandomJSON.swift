/// The same numbers in every run. Source: Sebastiano Vigna, "SplitMix64".
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Objects from the grammar, most of them with up to three changes that may break them or not.
enum RandomJSON {
  private static let scalars = [
    "0", "-1.50", "1E+3", "true", "null", #""""#, #"" a\" b ""#, #""\\""#, #""{[,:]}""#,
    #""é\u00e9 😀 \ud83d\ude00""#, "[]", "{}",
  ]
  private static let mistakes: [Character] = [
    "\"", "\\", "{", "}", "[", "]", ",", ":", " ", "\n", "0", "1", ".", "e", "-", "+", "u", "d",
    "t", "_", "\u{1}", "\u{2}", "é", "/",
  ]

  static func text(_ random: inout SeededRandom) -> String {
    var characters = Array(object(&random, room: 3))
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      let place = Int.random(in: 0..<characters.count, using: &random)
      switch Int.random(in: 0...2, using: &random) {
      case 0: characters[place] = mistakes.randomElement(using: &random)!
      case 1: characters.insert(mistakes.randomElement(using: &random)!, at: place)
      default: if characters.count > 1 { characters.remove(at: place) }
      }
    }
    return String(characters)
  }

  private static func object(_ random: inout SeededRandom, room: Int) -> String {
    let members = (0..<Int.random(in: 0...3, using: &random)).map { number in
      #""\#(number)":\#(space(&random))\#(value(&random, room: room - 1))"#
    }
    return "{" + members.joined(separator: "," + space(&random)) + space(&random) + "}"
  }

  private static func value(_ random: inout SeededRandom, room: Int) -> String {
    switch room > 0 ? Int.random(in: 0...3, using: &random) : 0 {
    case 1: object(&random, room: room)
    case 2:
      "["
        + (0..<Int.random(in: 0...3, using: &random)).map { _ in
          value(&random, room: room - 1)
        }.joined(separator: ",") + "]"
    default: scalars.randomElement(using: &random)!
    }
  }

  private static func space(_ random: inout SeededRandom) -> String {
    [" ", "", "", "\n\t"].randomElement(using: &random)!
  }
}
