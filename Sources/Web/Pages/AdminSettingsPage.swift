import Domain
import Store

/// Every setting with its value, where it came from and what is wrong. Nothing is changed here.
struct AdminSettingsPage {
  let shell: Shell
  let configuration: ShownConfiguration
  let diagnosis: Diagnosis

  private var findings: [String] {
    configuration.settings.compactMap { setting in
      setting.problem.map { "\(setting.name): \($0)" }
    } + diagnosis.findings + configuration.advice
  }

  func render() -> HTML {
    Frame(
      title: "Settings", section: .adminSettings,
      content: """
        \(PageHead(
          heading: "Settings",
          lede: "The configuration in force, as this responder read it when it started."
        ).render())
        \(found)
        <section class="card"><div class="bar"><h2>Database and worker</h2></div>
        <div class="part"><dl class="headers wide">
        <div><dt>Schema</dt><dd>Version \(diagnosis.version); this program needs \
        \(diagnosis.neededVersion).</dd></div>
        <div><dt>Connection</dt><dd>\(connection)</dd></div>
        <div><dt>Delivery worker</dt><dd>\(worker)</dd></div>
        </dl></div></section>
        \(table)
        <section class="card"><div class="bar"><h2>To change a setting</h2></div>
        <div class="part"><p>Edit the environment file of the services and restart the responder: \
        <code>systemctl restart patchbay-web</code>. The worker reads its settings anew each time it \
        starts, which <code>systemctl stop patchbay-worker</code> brings about: its timer starts the \
        next one. <code>patchbay doctor</code> makes the same checks from the shell.</p></div>
        </section>
        """
    ).render(in: shell)
  }

  private var found: HTML {
    guard !findings.isEmpty else {
      return Notice(tone: .ok, title: "Nothing is wrong with it").render()
    }
    return """
      <section class="card"><div class="bar"><h2>What to look at</h2></div>
      <div class="part"><ul>
      \(findings.map { "<li>\($0)</li>\n" as HTML })</ul></div></section>
      """
  }

  private var connection: HTML {
    diagnosis.cipher.map { "Encrypted: \($0)." } ?? "Not encrypted, as through a unix socket."
  }

  private var worker: HTML {
    guard let seen = diagnosis.workerSeenAt else { return "It never ran." }
    return "Last there \(TimeText(moment: seen, form: .second, now: shell.now, hasAge: true).html)."
  }

  private var table: HTML {
    """
    <div class="card table keys">
    <table role="table">
    <caption class="unseen">Settings</caption>
    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Setting</th>\
    <th role="columnheader" scope="col">Value</th>\
    <th role="columnheader" scope="col">From</th></tr></thead>
    <tbody role="rowgroup">
    \(configuration.settings.map(row))
    </tbody></table></div>
    """
  }

  private func row(_ setting: ShownConfiguration.Setting) -> HTML {
    let value: HTML = setting.value.isEmpty ? "Not set" : "<code>\(setting.value)</code>"
    let problem: HTML? = setting.problem.map { problem in
      "<span class=\"tag bad\">\(Icon.warning)Wrong</span><span class=\"sub\">\(problem)</span>"
    }
    return """
      <tr role="row"><th role="rowheader" scope="row"><code>\(setting.name)</code>\
      <span class="sub">\(Self.withCode(setting.meaning))</span></th>
      <td role="cell" data-label="Value">\(value)\(problem)</td>
      <td role="cell" class="source" data-label="From">\(setting.source)</td></tr>

      """
  }

  /// What the table of settings sets in backticks, as code.
  private static func withCode(_ text: String) -> HTML {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    let pieces = parts.enumerated().map { index, part -> HTML in
      index.isMultiple(of: 2) ? HTML(part) : "<code>\(part)</code>"
    }
    return "\(pieces)"
  }
}
