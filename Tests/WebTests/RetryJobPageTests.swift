import Domain
import Testing

@testable import Web

/// What the page of a job says of itself while it goes on.
struct RetryJobPageTests {
  private let samples = SamplePages()

  private func job(
    _ state: RetryJob.State = .running, delivered: Int, failed: Int = 0, failedInRow: Int = 0
  ) -> RetryJob {
    RetryJob(
      id: RetryJob.ID(UUID(high: 3, low: 4)), webhookID: samples.hook(.active).id, kind: .retry,
      state: state, since: SamplePages.now, total: 200, queued: 200, delivered: delivered,
      failed: failed, failedInRow: failedInRow,
      createdAt: SamplePages.now.advanced(bySeconds: -100),
      finishedAt: state.isOver ? SamplePages.now : nil)
  }

  private func page(_ job: RetryJob) throws -> String {
    let page = RetryJobPage(shell: samples.shell, webhook: samples.hook(.active), job: job)
    return String(decoding: page.render().bytes, as: UTF8.self)
  }

  @Test func `from its start to its end it has no more than five things to say`() throws {
    let states = (0...200).map { job(delivered: $0) } + [job(.done, delivered: 200)]

    var said: [String] = []
    for state in states {
      let text = try page(state)
      let start = try #require(text.firstRange(of: "data-say=\"")?.upperBound)
      said.append(String(text[start...].prefix { $0 != "\"" }))
    }

    #expect(said[49] == "Started" && said[50] == "25 %" && said[149] == "50 %")
    let changes = said.enumerated().filter { $0.offset == 0 || said[$0.offset - 1] != $0.element }
    #expect(
      changes.map(\.element) == ["Started", "25 %", "50 %", "75 %", "All 200 delivered"])
  }

  @Test func `the time left follows from the time so far`() {
    #expect(job(delivered: 50).secondsLeft(at: SamplePages.now) == 300)
    #expect(job(delivered: 20, failed: 30).secondsLeft(at: SamplePages.now) == 300)
    #expect(job(delivered: 0).secondsLeft(at: SamplePages.now) == nil)
    #expect(job(delivered: 0, failed: 20, failedInRow: 20).secondsLeft(at: SamplePages.now) == nil)
    #expect(job(.stopping, delivered: 50).secondsLeft(at: SamplePages.now) == nil)
  }
}
