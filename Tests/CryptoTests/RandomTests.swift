import Crypto
import Testing

@Suite struct RandomTests {
  @Test func `as many bytes as asked for, and others each time`() throws {
    for count in [0, 1, 16, 100_000] {
      #expect(try Random.bytes(count).count == count)
    }
    #expect(try Random.bytes(16) != Random.bytes(16))
    #expect(try Random.uint64() != Random.uint64())
  }

  @Test func `every bit is sometimes set and sometimes not`() throws {
    var set: UInt64 = 0
    var clear: UInt64 = 0
    for _ in 0..<100 {
      let bits = try Random.uint64()
      set |= bits
      clear |= ~bits
    }

    #expect(set == .max)
    #expect(clear == .max)
  }

  @Test func `equal is what has the same bytes`() {
    #expect(equalInConstantTime([], []))
    #expect(equalInConstantTime([1, 2, 3], [1, 2, 3]))
    #expect(!equalInConstantTime([1, 2, 3], [1, 2, 4]))
    #expect(!equalInConstantTime([0, 2, 3], [1, 2, 3]))
    #expect(!equalInConstantTime([1, 2, 3], [1, 2]))
    #expect(!equalInConstantTime([1, 2], [1, 2, 0]))
    #expect(!equalInConstantTime([], [0]))
  }
}
