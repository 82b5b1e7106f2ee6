/// One sentence above everything else of a page: what has just been done. The script takes the note
/// out of the address, so that it is not said again.
struct Banner {
  let sentence: String
  var action: HTML?

  func render() -> HTML {
    """
    <div class="notice ok" role="status" data-banner>\(Icon.check)
    <div><p><b>\(sentence)</b></p></div>\(action)</div>

    """
  }
}
