import Configuration
import Domain
import Engine
import Launch
import Outbound
import Store
import Web

extension WebSettings {
  /// nil without a base URL.
  init?(_ settings: Settings) {
    guard let base = settings.baseURL else { return nil }
    let waker = WorkerWaker(folder: settings.runDirectory)
    let calls = CallCounter(settings.rateLimit)
    self.init(
      prefix: base.prefix, origin: base.origin, isHTTPS: base.isHTTPS,
      authentication: settings.authentication == .password ? .password : .host,
      maxWebhooks: settings.maxWebhooks, maxKeys: settings.maxKeys, testLimit: settings.testLimit,
      schedule: settings.retries,
      retention: settings.retention, payloadRetention: settings.payloadRetention,
      disableAfter: settings.disableAfter,
      configuration: ShownConfiguration(settings),
      version: Version.current, addresses: AddressCheck(rules: OutboundRules(settings)),
      testSend: TestSend(
        rules: OutboundRules(settings), leaseSeconds: Int(settings.workerLease.seconds),
        recording: RecordingRules(
          schedule: settings.retries, disableAfterSeconds: Int(settings.disableAfter.seconds))),
      providers: ProviderRules(
        outbound: OutboundRules(settings, totalTimeoutMilliseconds: 10_000), base: base.text),
      outgoingPermits: Counter(max(1, settings.threads / 2)).permits,
      countPermits: Counter(max(1, settings.threads / 4)).permits,
      hashPermits: Counter(4).permits,
      countCall: { calls.count($0) },
      wakeWorkers: { waker.wakeAll() },
      mailsLinks: settings.smtpURL != nil && settings.mailFrom != nil)
  }
}

extension ShownConfiguration {
  /// Read once more from where `settings` came from, so that what is shown says where that is.
  fileprivate init(_ settings: Settings) {
    let reports = Settings.report(
      program: settings.program, environment: Startup.environment(), readFile: Startup.read)
    self.init(
      settings: reports.map { report in
        Setting(
          name: report.name, value: report.value, source: report.source.rawValue,
          meaning: report.meaning, problem: report.problem)
      },
      advice: settings.advice)
  }
}
