import Testing

@testable import Worker

@Suite struct BatchSizeTests {
  @Test func `a batch that took long is followed by one of half its rows, down to one`() {
    var size = BatchSize()
    let first = size.rows
    size.note(count: first, tookMilliseconds: 51)
    #expect(size.rows == first / 2)

    for _ in 1...20 { size.note(count: size.rows, tookMilliseconds: 500) }
    #expect(size.rows == 1)
  }

  @Test func `full and quick batches grow, up to a limit`() {
    var size = BatchSize()
    let first = size.rows
    size.note(count: first, tookMilliseconds: 5)
    #expect(size.rows == first * 2)

    for _ in 1...20 { size.note(count: size.rows, tookMilliseconds: 5) }
    #expect(size.rows == BatchSize.mostRows)
  }

  @Test func `an empty batch says nothing of a full one, and a fair one is left as it is`() {
    var size = BatchSize()
    let first = size.rows
    size.note(count: 0, tookMilliseconds: 1)
    size.note(count: first, tookMilliseconds: 35)
    #expect(size.rows == first)
  }
}
