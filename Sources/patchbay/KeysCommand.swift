import ArgumentParser
import Configuration
import Domain
import Glibc
import Launch
import Store

struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Looks after the keys that seal secrets in the database.",
    subcommands: [Generate.self, Rotate.self, ReEncrypt.self])

  struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a key ring with one key. Keep a copy: without it no secret can be read.")

    @Option(help: "The file to write, readable by you alone; without it, standard output.")
    var output: String?

    func run() {
      patchbay.run { _ in
        let ring = KeyRing(primary: try newKey(.primary))
        guard let output else { return print(ring.file, terminator: "") }
        try write(ring.file, to: output, flags: O_CREAT | O_EXCL)
      }
    }
  }

  struct Rotate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds a key to the ring, or makes one that was added the primary.",
      discussion: """
        On several hosts: rotate --add, copy the file to all and restart them, then
        rotate --promote ID there, restart, and run re-encrypt.
        """)

    @Flag(help: "Add a key that only decrypts for now.")
    var add = false

    @Option(help: "Make the key with this id the one that encrypts.")
    var promote: String?

    func validate() throws {
      guard add != (promote != nil) else { throw ValidationError("Use --add or --promote ID.") }
    }

    func run() {
      patchbay.run { settings in
        let (ring, path) = try keyRing(settings)
        if add {
          let key = try newKey(.active)
          try replace(path, by: ring.adding(key).file)
          print("added \(key.idText)")
        } else {
          guard let id = promote.flatMap({ UInt32($0, radix: 16) }), let new = ring.promoting(id)
          else { throw Refusal("The ring has no such key, or it is disabled.") }
          try replace(path, by: new.file)
          print("primary is \(new.primary.idText)")
        }
      }
    }
  }

  struct ReEncrypt: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "re-encrypt",
      abstract: "Seals again with the primary key what an older one sealed.",
      discussion: "Safe to stop and run again, and while everything runs.")

    func run() {
      patchbay.run { settings in
        let (ring, _) = try keyRing(settings)
        let stores = Stores(Startup.database(settings), seal: Seal(ring))
        let tally = try stores.sealed.reEncryptAll()
        print("\(tally.sealed) values sealed again with \(ring.primary.idText)")
        guard let first = tally.damaged.first else { return }
        throw Refusal(
          "\(tally.damaged.count) values were changed or moved and open with no key, the first is \(first)"
        )
      }
    }
  }
}

private func newKey(_ status: KeyRing.Status) throws -> KeyRing.Key {
  let random = try randomBytes(4 + KeyRing.keyBytes)
  let id = random[..<4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
  return KeyRing.Key(id: id, status: status, madeAt: currentTime(), bytes: Array(random[4...]))
}

func keyRing(_ settings: Settings) throws -> (KeyRing, String) {
  guard let path = settings.keyRingFile else {
    throw Refusal("PATCHBAY_KEYRING_FILE: must be set", code: .badConfiguration)
  }
  do {
    return (try KeyRing(file: Startup.read(path)), path)
  } catch {
    throw Refusal("PATCHBAY_KEYRING_FILE: \(path): \(error)", code: .badConfiguration)
  }
}

private func write(_ text: String, to path: String, flags: Int32) throws {
  let descriptor = open(path, O_WRONLY | O_CLOEXEC | flags, 0o600)
  guard descriptor >= 0 else {
    throw Refusal("\(path): \(String(cString: strerror(errno)))")
  }
  defer { close(descriptor) }
  let bytes = Array(text.utf8)
  guard bytes.withUnsafeBytes({ Glibc.write(descriptor, $0.baseAddress, $0.count) }) == bytes.count,
    fsync(descriptor) == 0
  else { throw Refusal("\(path): \(String(cString: strerror(errno)))") }
}

/// By a new file beside it, so that a crash leaves the old one or the new one.
private func replace(_ path: String, by text: String) throws {
  let temporary = "\(path).new"
  unlink(temporary)
  try write(text, to: temporary, flags: O_CREAT | O_EXCL)
  guard rename(temporary, path) == 0 else {
    throw Refusal("\(path): \(String(cString: strerror(errno)))")
  }
}
