import Testing

@testable import Domain

struct OneLineTests {
  @Test(arguments: [
    "Billing sync", "Müller & Söhne", "請求書", "فاتورة", "Приход", "שלום", "नमस्ते",
    "می\u{200C}خواهم", "क\u{094D}\u{200D}ष", "👩\u{200D}💻 team", "❤\u{FE0F}\u{200D}🔥",
    "1\u{FE0F}\u{20E3}",
    "e\u{301}", "a\u{A0}b",
  ])
  func `what can be seen may stand in a line`(_ name: String) {
    #expect(OneLine.lack(name) == nil)
    #expect(OneLine.tamed(name) == name)
  }

  @Test(arguments: ["\0", "a\nb", "a\tb", "a\u{7F}", "a\u{85}b", "a\u{2028}b", "a\u{2029}b"])
  func `what ends a line may not`(_ name: String) {
    #expect(OneLine.lack(name) == "one line of text")
  }

  @Test(arguments: [
    0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069, 0x061C,
    0x00AD, 0x200B, 0x2060, 0xFEFF, 0x034F, 0x115F, 0x3164, 0xE0041, 0x180E, 0xFFF9,
  ])
  func `what is not seen may not, and is named`(_ code: UInt32) throws {
    let scalar = try #require(Unicode.Scalar(code))
    let name = "Bill\(Character(scalar))ing"

    let lack = try #require(OneLine.lack(name))
    let digits = try #require(lack.split(separator: "U+").last)
    #expect(UInt32(digits, radix: 16) == code && digits.count >= 4)
    #expect(OneLine.tamed(name) == "Billing")
  }

  @Test(arguments: ["Bill\u{200D}ing", "\u{200D}a", "\u{FE0F}a", "👩\u{200D}\u{200D}💻"])
  func `a joiner that joins nothing is not seen`(_ name: String) {
    #expect(OneLine.lack(name) != nil)
  }

  @Test func `a webhook's name says what to take out`() {
    #expect(
      WebhookName.problem("gpj.\u{202E}CRM")
        == "Name must be text without the invisible character U+202E.")
    #expect(WebhookName.problem("a\nb") == "Name must be one line of text.")
  }
}
