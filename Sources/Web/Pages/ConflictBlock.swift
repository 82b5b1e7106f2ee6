import Domain

/// Two changes that do not go together: nothing is saved until somebody decides.
struct ConflictBlock {
  struct Row {
    let name: String
    let theirs: String
    let yours: String
  }

  let changedAt: Timestamp
  let now: Timestamp
  let rows: [Row]
  let buttons: HTML

  func render() -> HTML {
    """
    <section class="notice warn conflict" tabindex="-1" aria-labelledby="conflict-heading" \
    data-conflict>\(Icon.warning)
    <div><h2 id="conflict-heading">This was changed meanwhile</h2>
    <p>It was changed elsewhere on \(TimeText(moment: changedAt, form: .minute, now: now).html). \
    Your change is not saved.</p>
    <div class="table"><table role="table">
    <caption class="unseen">What stands there now and what you entered</caption>
    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Field</th>\
    <th role="columnheader" scope="col">Theirs</th>\
    <th role="columnheader" scope="col">Yours</th></tr></thead>
    <tbody role="rowgroup">\(rows.map(row))</tbody></table></div>
    <div class="buttons">\(buttons)</div></div></section>
    """
  }

  private func row(_ row: Row) -> HTML {
    """
    <tr role="row"><th role="rowheader" scope="row">\(row.name)</th>\
    <td role="cell" data-label="Theirs">\(row.theirs)</td>\
    <td role="cell" data-label="Yours">\(row.yours)</td></tr>
    """
  }
}
