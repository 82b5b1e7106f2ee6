import Configuration
import Domain
import Testing

@Suite struct SecretFileTests {
  private let passwords = "patchbay_worker w\n\npatchbay_web a secret  word \npatchbay_admin x\n"

  @Test func `the password is all after the first space of the account's line`() throws {
    let environment = ["PATCHBAY_DB_PASSWORD_FILE": "/p"]

    #expect(
      try load(environment, files: ["/p": passwords]).database.password == "a secret  word ")
    #expect(
      try load(environment, program: .worker, files: ["/p": passwords]).database.password == "w")
  }

  @Test func `systemd's credentials are found by their names`() throws {
    let environment = [
      "CREDENTIALS_DIRECTORY": "/run/credentials/patchbay", "PATCHBAY_KEYRING_FILE": "",
    ]
    let files = [
      "/run/credentials/patchbay/keyring": keyRing,
      "/run/credentials/patchbay/db-passwords": passwords,
    ]

    let settings = try load(environment, program: .worker, files: files)

    #expect(settings.keyRing?.primary.idText == "5f3c9a01")
    #expect(settings.database.password == "w")
  }

  @Test func `a credential that was not passed is none`() throws {
    #expect(try load(["CREDENTIALS_DIRECTORY": "/run/credentials/x"]).database.password == nil)
  }

  @Test func `a setting wins over a credential`() throws {
    let settings = try load(
      ["CREDENTIALS_DIRECTORY": "/c", "PATCHBAY_DB_PASSWORD_FILE": "/p"],
      files: ["/c/db-passwords": "patchbay_web other", "/p": passwords])

    #expect(settings.database.password == "a secret  word ")
  }

  @Test func `a secret file that is wrong is named, and never quoted`() {
    let password = ["PATCHBAY_DB_PASSWORD_FILE": "/p"]

    #expect(
      problem(password) == "PATCHBAY_DB_PASSWORD_FILE: /p cannot be read: No such file or directory"
    )
    #expect(
      problem(password, files: ["/p": "patchbay_web x\nsecretword\n"])
        == "PATCHBAY_DB_PASSWORD_FILE: line 2 is not a user, a space and a password")
    for line in ["patchbay_web ", " patchbay_web x", "patchbay_web x\u{0}"] {
      #expect(
        problem(password, files: ["/p": line])
          == "PATCHBAY_DB_PASSWORD_FILE: line 1 is not a user, a space and a password")
    }
    #expect(
      problem(password, files: ["/p": "someone secretword\n"])
        == "PATCHBAY_DB_PASSWORD_FILE: there is no line for patchbay_web")
    #expect(
      problem([:], files: ["/keyring": "secretword"])
        == "PATCHBAY_KEYRING_FILE: line 1: not four words: id, status, time, key")
    #expect(
      problem(["PATCHBAY_KEYRING_FILE": "/missing"])
        == "PATCHBAY_KEYRING_FILE: /missing cannot be read: No such file or directory")
  }

  @Test func `a file of certificates must hold one`() {
    for name in ["PATCHBAY_ENDPOINT_CA_FILE", "PATCHBAY_DB_TLS_CA"] {
      #expect(
        problem([name: "/ca"], files: ["/ca": "text"])
          == "\(name): /ca holds no certificate in PEM")
      #expect(problem([name: "/ca"])?.contains("cannot be read") == true)
    }
  }

  @Test func `the operator's command does not read the key ring, which it may have to make`() throws
  {
    let settings = try load(["PATCHBAY_KEYRING_FILE": "/not/yet"], program: .admin)

    #expect(settings.keyRing == nil)
    #expect(settings.keyRingFile == "/not/yet")
  }
}
