import Configuration

/// Files that exist, by path.
typealias Files = [String: String]

struct NoSuchFile: Error, CustomStringConvertible {
  let description = "No such file or directory"
}

let keyRing = """
  5f3c9a01 primary 2026-11-24T14:05:07Z AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=

  """

/// What every program can start with.
let enough = [
  "PATCHBAY_BASE_URL": "https://app.example.com/settings/integrations",
  "PATCHBAY_KEYRING_FILE": "/keyring", "HOME": "/root",
]

func load(
  _ changes: [String: String] = [:], program: Program = .web, files: Files = [:]
) throws(ConfigurationError) -> Settings {
  try Settings.load(
    program: program, environment: enough.merging(changes) { $1 },
    readFile: reader(of: files.merging(["/keyring": keyRing]) { given, _ in given }))
}

/// What a program says instead of starting; nil when it starts.
func problem(
  _ changes: [String: String], program: Program = .web, files: Files = [:]
) -> String? {
  do throws(ConfigurationError) {
    _ = try load(changes, program: program, files: files)
    return nil
  } catch {
    return error.description
  }
}

func reader(of files: Files) -> (String) throws -> [UInt8] {
  { path in
    guard let text = files[path] else { throw NoSuchFile() }
    return Array(text.utf8)
  }
}
