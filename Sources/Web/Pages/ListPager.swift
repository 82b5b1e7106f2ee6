import Store

/// From and to what a page of a list goes, and the way to those around it, under the list; nothing
/// where all of it is shown.
struct ListPager<Item: Sendable, Key: Equatable & Sendable> {
  let page: ListPage<Item>
  var earlier = "Previous"
  var later = "Next"
  let key: (Item) -> Key
  let name: (Item) -> String
  let address: (ListPlace<Key>) -> String

  func render() -> HTML? {
    guard page.hasEarlier || page.hasLater, let first = page.items.first, let last = page.items.last
    else { return nil }
    func button(_ place: ListPlace<Key>, _ label: String) -> HTML {
      "<a class=\"button plain small\" href=\"\(address(place))\">\(label)</a>"
    }
    return """
      <div class="bar foot"><p class="sub">\(name(first)) to \(name(last))</p>\
      <nav aria-label="Pages">\(page.hasEarlier ? button(.before(key(first)), earlier) : nil)\
      \(page.hasLater ? button(.after(key(last)), later) : nil)</nav></div>
      """
  }
}
