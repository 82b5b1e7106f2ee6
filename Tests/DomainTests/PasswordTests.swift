import Domain
import Testing

@Suite struct PasswordTests {
  @Test func `a password has 12 to 256 characters of any kind`() {
    #expect(Password.problem("") == "Enter a password")
    #expect(Password.problem("elevenchars") == "Password must be at least 12 characters")
    #expect(Password.problem("twelve chars") == nil)
    #expect(Password.problem("éèêëàâäîïôöù") == nil)
    #expect(Password.problem("😀😁" + String(repeating: "😀", count: 254)) == nil)
    #expect(
      Password.problem(String(repeating: "a", count: 257))
        == "Password must be 256 characters or fewer")
    #expect(Password.problem("\u{0}\n \"'<>$,=\\") == "Password must be at least 12 characters")
  }

  @Test func `only the password itself matches its hash, and the hash says its cost`() throws {
    let cheap = PasswordHash.Cost(logN: 10, r: 8, p: 1)
    let stored = try PasswordHash("correct horse é", salt: Array(1...16), cost: cheap)
    let read = try #require(PasswordHash(stored.text))

    #expect(try read.matches("correct horse é"))
    for other in ["correct horse", "", "Correct horse é", "correct horse é "] {
      #expect(try !read.matches(other))
    }
    #expect(try PasswordHash("correct horse é", salt: Array(2...17), cost: cheap).hash != read.hash)
  }

  @Test func `the cost of today is the one that was chosen`() throws {
    let stored = try PasswordHash("twelve chars", salt: Array(1...16))

    // Worked out with Python's hashlib.
    #expect(
      stored.text
        == "scrypt$ln=15,r=8,p=3$AQIDBAUGBwgJCgsMDQ4PEA$oBm_nN_c8ysuh9rLH8wlRERQo1yVD4w8rNmHewL8-Ps"
    )
  }

  @Test func `a stored hash is read back as it was`() throws {
    let stored = PasswordHash(
      cost: .current, salt: Array(1...16), hash: [UInt8](repeating: 0xFE, count: 32))

    #expect(
      stored.text
        == "scrypt$ln=15,r=8,p=3$AQIDBAUGBwgJCgsMDQ4PEA$_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v4"
    )
    #expect(PasswordHash(stored.text) == stored)
  }

  @Test(arguments: [
    "", "scrypt", "scrypt$$$", "bcrypt$ln=15,r=8,p=3$S$H", "scrypt$ln=15,r=8,p=3$S$H$",
    "scrypt$ln=9,r=8,p=3$S$H", "scrypt$ln=21,r=8,p=3$S$H", "scrypt$ln=15,r=0,p=3$S$H",
    "scrypt$ln=15,r=9,p=3$S$H", "scrypt$ln=15,r=8,p=0$S$H", "scrypt$ln=15,r=8,p=17$S$H",
    "scrypt$ln=+15,r=8,p=3$S$H", "scrypt$ln=015,r=8,p=3$S$H", "scrypt$r=8,ln=15,p=3$S$H",
    "scrypt$ln=15,r=8$S$H", "scrypt$ln=15,r=8,p=3,x=1$S$H", "scrypt$ln=15,r=8,p=3$S$HH",
    "scrypt$ln=15,r=8,p=3$S$", "scrypt$ln=15,r=8,p=3$$H",
  ])
  func `any other text is no hash`(pattern: String) {
    let text = pattern.split(separator: "$", omittingEmptySubsequences: false).map { field in
      switch field {
      case "S": "AQIDBAUGBwgJCgsMDQ4PEA"
      case "H": "_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v4"
      default: String(field)
      }
    }.joined(separator: "$")

    #expect(PasswordHash(text) == nil)
  }
}

@Suite struct CommonPasswordTests {
  @Test(arguments: [
    "password1234", "Password2026!", "passwordpassword", "123456789012", "098765432109",
    "aaaaaaaaaaaa", "abcabcabcabc", "qwertyuiop12", "letmein12345", "Welcome-2026!", "q1w2e3r4t5y6",
    "iloveyou1234", "patchbay1234", "            ", "abcdefghijklm", "correct horse battery staple",
  ])
  func `what is guessed first is refused, with whatever digits around it`(_ password: String) {
    #expect(Password.problem(password)?.contains("guessed first") == true)
  }

  @Test(arguments: [
    "twelve chars", "my password is a cat", "password for the attic", "8f3b92dd0a17",
    "winter apples",
    "930417582610",
  ])
  func `others pass, also where a word of those stands among more`(_ password: String) {
    #expect(Password.problem(password) == nil)
  }

  @Test func `one's own address is no password`() {
    #expect(Password.problem("Ada.Love@example.com", email: "ada.love@example.com") != nil)
    #expect(Password.problem("Ada.Love@example.org", email: "ada.love@example.com") == nil)
  }
}
