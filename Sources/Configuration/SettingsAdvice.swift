import Domain

extension Settings {
  /// What is allowed and yet may not be meant, in sentences: said by `patchbay doctor` and on the
  /// administrators' page of settings. No value of a secret is in them.
  package var advice: [String] {
    var advice: [String] = []
    if baseURL == nil {
      advice.append("PATCHBAY_BASE_URL is not set: the responder does not start without it.")
    } else if baseURL?.isHTTPS == false {
      advice.append("PATCHBAY_BASE_URL is plain http: cookies are sent without Secure.")
    }
    if smtpURL == nil {
      advice.append("PATCHBAY_SMTP_URL is not set: no e-mail is sent.")
    }
    return advice
  }
}

extension SettingReport {
  /// Of the table; empty for a name that is none of ours.
  package var meaning: String {
    SettingTable.all.first { $0.name == name }?.meaning ?? ""
  }
}
