import Configuration
import Domain
import Store
import Worker

extension Telling {
  init(_ settings: Settings) {
    let base = settings.baseURL.map { $0.origin + $0.prefix }
    self.init(
      rules: NoticeRules(disableAfter: settings.disableAfter),
      mailing: settings.smtpURL == nil ? nil : NoticeStore.Mailing(base: base))
  }
}
