extension Settings {
  /// The table of all settings for the README.
  package static var markdown: String {
    let rows = SettingTable.all.map { setting in
      "| `\(setting.name)` | \(setting.standardWords) | \(setting.meaning) |\n"
    }
    return "| name | default | meaning |\n| --- | --- | --- |\n" + rows.joined()
  }
}
