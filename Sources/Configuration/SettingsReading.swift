import Domain

extension Settings {
  /// Reads every setting of the table, in its order, then holds them against each other.
  /// - Parameter runtimeDirectory: systemd's `$RUNTIME_DIRECTORY`, a colon list.
  init(_ reader: inout SettingsReader, runtimeDirectory: String?) {
    program = reader.program
    baseURL = reader.optional(SettingTable.baseURL)
    database = DatabaseSettings(&reader)
    (keyRing, keyRingFile) = Self.keyRing(&reader)
    runDirectory = reader.value(
      SettingTable.runDirectory,
      standard: runtimeDirectory?.split(separator: ":").first.flatMap { first in
        first.hasPrefix("/") ? String(first) : nil
      })
    threads = reader.value(SettingTable.threads)
    authentication = reader.value(SettingTable.authentication)

    retries = RetrySchedule(
      waits: reader.value(SettingTable.retrySchedule),
      jitter: reader.value(SettingTable.retryJitter))
    attemptTimeout = reader.value(SettingTable.attemptTimeout)
    disableAfter = reader.value(SettingTable.disableAfter)

    retention = reader.value(SettingTable.retention)
    payloadRetention = min(retention, reader.optional(SettingTable.payloadRetention) ?? retention)
    auditRetention = reader.value(SettingTable.auditRetention)

    workerConcurrency = reader.value(SettingTable.workerConcurrency)
    workerLinger = reader.value(SettingTable.workerLinger)
    workerLease = reader.value(SettingTable.workerLease)

    endpointAllow = reader.value(SettingTable.endpointAllow)
    endpointCAFile = reader.certificates(SettingTable.endpointCAFile)

    rateLimit = reader.value(SettingTable.rateLimit)
    maxWebhooks = reader.value(SettingTable.maxWebhooks)
    maxKeys = reader.value(SettingTable.maxKeys)
    testLimit = reader.value(SettingTable.testLimit)

    smtpURL = reader.optional(SettingTable.smtpURL)
    mailFrom = reader.optional(SettingTable.mailFrom)

    check(&reader)
  }

  private func check(_ reader: inout SettingsReader) {
    if program == .web, baseURL == nil {
      reader.problem("must be set", with: SettingTable.baseURL)
    }
    if program != .admin, keyRing == nil {
      reader.problem(
        "must be set, or the credential keyring passed", with: SettingTable.keyRingFile)
    }
    // A lease that ends during an attempt would have it made twice.
    let shortestLease = Interval(milliseconds: attemptTimeout.milliseconds + 10_000)
    if workerLease < shortestLease {
      reader.problem(
        "must be at least PATCHBAY_ATTEMPT_TIMEOUT + 10s, which is \(shortestLease)",
        with: SettingTable.workerLease)
    }
    if smtpURL != nil, mailFrom == nil {
      reader.problem("must be set where PATCHBAY_SMTP_URL is", with: SettingTable.mailFrom)
    }
  }

  private static func keyRing(_ reader: inout SettingsReader) -> (KeyRing?, String?) {
    // `patchbay keys generate` writes the file that is named here, and `migrate` may not read it.
    if reader.program == .admin { return (nil, reader.optional(SettingTable.keyRingFile)) }
    let ring = reader.secretFile(SettingTable.keyRingFile, credential: "keyring", readKeyRing)
    return (ring, nil)
  }

  private static func readKeyRing(_ bytes: [UInt8]) throws(Misfit) -> KeyRing {
    do throws(KeyRingError) {
      return try KeyRing(file: bytes)
    } catch {
      throw Misfit(problem: error.description)
    }
  }
}

extension DatabaseSettings {
  fileprivate init(_ reader: inout SettingsReader) {
    let socket = reader.value(SettingTable.databaseSocket)
    let hosts = reader.optional(SettingTable.databaseHosts)
    let port = reader.value(SettingTable.databasePort)
    place = hosts.map { .hosts($0, port: port) } ?? .socket(socket)
    name = reader.value(SettingTable.databaseName)
    tlsCAFile = reader.certificates(SettingTable.databaseTLSCA)
    let user = reader.value(
      SettingTable.databaseUser, standard: reader.program.databaseUser)
    self.user = user
    password = reader.secretFile(SettingTable.databasePasswordFile, credential: "db-passwords") {
      bytes throws(Misfit) in try PasswordFile.password(of: user, in: bytes)
    }
    if hosts != nil, reader.isGiven(SettingTable.databaseSocket) {
      reader.problem("cannot be set with PATCHBAY_DB_SOCKET", with: SettingTable.databaseHosts)
    }
    if let hosts, !hosts.allSatisfy({ DatabaseHost($0)?.isLoopback == true }),
      !reader.isGiven(SettingTable.databaseTLSCA)
    {
      reader.problem(
        "must be set for a PATCHBAY_DB_HOST beyond this machine", with: SettingTable.databaseTLSCA)
    }
  }
}

extension SettingsReader {
  /// The path of a file that must hold certificates.
  fileprivate mutating func certificates(_ setting: Setting<String>) -> String? {
    guard let path = optional(setting) else { return nil }
    return file(path, of: setting) { bytes throws(Misfit) in
      let text = String(decoding: bytes, as: UTF8.self)
      guard text.contains("-----BEGIN CERTIFICATE-----") else {
        throw Misfit(problem: "\(path) holds no certificate in PEM")
      }
      return path
    }
  }
}
