/// Looks settings up one by one and keeps a report of each, wrong ones included, so that a program
/// that starts and `patchbay doctor` go the same way.
struct SettingsReader {
  let program: Program
  private let environment: [String: String]
  private let readFile: (String) throws -> [UInt8]
  private(set) var reports: [SettingReport] = []

  init(
    program: Program, environment: [String: String], readFile: @escaping (String) throws -> [UInt8]
  ) {
    self.program = program
    // An empty value is as good as none: unit files and shells set them so.
    self.environment = environment.filter { !$0.value.isEmpty }
    self.readFile = readFile
  }

  /// The value given, or the default, which also stands in for a wrong one.
  /// - Parameter standard: Where the table's own default depends on the program.
  mutating func value<Value>(_ setting: Setting<Value>, standard: String? = nil) -> Value {
    if let given = optional(setting, standard: standard) { return given }
    guard let text = standard ?? setting.standard, let value = try? setting.form.read(text) else {
      preconditionFailure("the table's default for \(setting.name) is one of its values")
    }
    return value
  }

  /// The value given; nil where there is none or a wrong one.
  mutating func optional<Value>(
    _ setting: Setting<Value>, standard: String? = nil
  ) -> Value? {
    guard let text = environment[setting.name] else {
      report(setting, standard ?? setting.standard ?? "", .standard)
      return nil
    }
    report(setting, setting.isSecret ? "redacted" : text, .environment)
    do {
      return try setting.form.read(text, isSecret: setting.isSecret)
    } catch {
      problem(error.problem, with: setting)
      return nil
    }
  }

  /// What a secret file holds: that of the setting, else the credential that systemd passed.
  /// - Parameter read: Throws what is wrong with the bytes.
  mutating func secretFile<Value>(
    _ setting: Setting<String>, credential: String, _ read: ([UInt8]) throws(Misfit) -> Value
  ) -> Value? {
    if let path = optional(setting) { return file(path, of: setting, read) }
    // Nothing was given, or something wrong that is reported already.
    guard environment[setting.name] == nil, let directory = environment["CREDENTIALS_DIRECTORY"]
    else { return nil }
    let path = "\(directory)/\(credential)"
    // A unit need not pass this one; what is required and missing is found later.
    guard let bytes = try? readFile(path) else { return nil }
    reports.removeLast()
    report(setting, path, .credential)
    return check(bytes, of: setting, read)
  }

  /// What the file at `path` holds; nil with a report where it cannot be read or is wrong.
  mutating func file<Value>(
    _ path: String, of setting: Setting<String>, _ read: ([UInt8]) throws(Misfit) -> Value
  ) -> Value? {
    do {
      return check(try readFile(path), of: setting, read)
    } catch {
      problem("\(path) cannot be read: \(error)", with: setting)
      return nil
    }
  }

  private mutating func check<Value>(
    _ bytes: [UInt8], of setting: Setting<String>, _ read: ([UInt8]) throws(Misfit) -> Value
  ) -> Value? {
    do {
      return try read(bytes)
    } catch {
      problem(error.problem, with: setting)
      return nil
    }
  }

  /// Whether it was set from outside, rightly or not.
  func isGiven(_ setting: some DescribedSetting) -> Bool {
    reports.contains { $0.name == setting.name && $0.source != .standard }
  }

  /// Adds a problem to a setting that has none yet: the first says more.
  mutating func problem(_ problem: String, with setting: some DescribedSetting) {
    guard let index = reports.firstIndex(where: { $0.name == setting.name }) else { return }
    if reports[index].problem == nil { reports[index].problem = problem }
  }

  private mutating func report(
    _ setting: some DescribedSetting, _ value: String, _ source: SettingReport.Source
  ) {
    reports.append(SettingReport(name: setting.name, value: value, source: source, problem: nil))
  }

  /// Names that begin as ours do and are none: mostly a slip of the pen, so they stop the start.
  mutating func reportUnknownNames() {
    let known = SettingTable.demoNames.union(SettingTable.all.map(\.name))
    for name in environment.keys.sorted()
    where name.utf8.starts(with: "PATCHBAY_".utf8) && !known.contains(name) {
      reports.append(
        SettingReport(
          name: name, value: "", source: .environment, problem: "there is no such setting"))
    }
  }
}
