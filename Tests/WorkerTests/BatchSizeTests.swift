import Testing

@testable import Worker

@Suite struct BatchSizeTests {
  @Test func `a batch that took long is followed by one of half its rows, down to a few`() {
    var size = BatchSize()
    let first = size.rows
    size.note(tookMilliseconds: 26)
    #expect(size.rows == first / 2)

    for _ in 1...20 { size.note(tookMilliseconds: 500) }
    #expect(size.rows == BatchSize.fewestRows)
  }

  @Test func `quick batches grow, up to a limit`() {
    var size = BatchSize()
    let first = size.rows
    size.note(tookMilliseconds: 5)
    #expect(size.rows == first * 2)

    for _ in 1...20 { size.note(tookMilliseconds: 5) }
    #expect(size.rows == BatchSize.mostRows)
  }

  @Test func `a batch that took neither long nor short is left as it is`() {
    var size = BatchSize()
    let first = size.rows
    size.note(tookMilliseconds: 15)
    #expect(size.rows == first)
  }
}
