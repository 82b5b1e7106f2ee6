import Domain
import Testing

@testable import Web

struct AttemptTests {
  private let samples = SamplePages()

  @Test(
    arguments: [
      .init(total: 188_249, dns: 12_449, connect: 31_449, tls: 48_449, firstByte: 90_449),
      .init(total: 9_990, dns: 40, connect: 1_249, tls: 3_333, firstByte: 5_000),
      .init(total: 2_540, firstByte: 2_100), .init(total: 15_000_100, dns: 1_000),
    ] as [Attempt.Timings])
  func `the parts add up to the total as it is shown`(_ timings: Attempt.Timings) throws {
    let part = try Markup(TimingBar(timings: timings).render().bytes)

    let shown = part.texts.filter { $0.hasSuffix(" ms") }
      .compactMap { Double($0.dropLast(3).filter { $0 != "," }) }
    let isTold = timings.total! < 1_000_000
    let total = isTold ? shown[0] : Double(timings.total! / 1_000)
    let sum = shown.dropFirst(isTold ? 1 : 0).reduce(0, +)
    #expect(abs(sum - total) < 0.05)
  }

  @Test func `a part that did not happen is missing, not zero`() throws {
    let timings = Attempt.Timings(total: 8_100, dns: 8_100)

    let part = try Markup(TimingBar(timings: timings).render().bytes)
    #expect(part.elements("dt").count == 1)
    #expect(part.elements("rect").count == 1)
  }

  @Test(arguments: AttemptError.allCases)
  func `every error has a sentence and a next step`(_ error: AttemptError) {
    let cause = Cause(samples.attempt(1, status: nil, error: error))

    #expect(cause.sentence.hasSuffix("."))
    #expect(cause.advice.hasSuffix("."))
  }

  @Test(arguments: [TLSFault?.none] + TLSFault.allCases.map { $0 })
  func `every fault of TLS has a sentence of its own and a next step`(_ fault: TLSFault?) {
    let cause = Cause(fault, "ingest.example.net")

    #expect(cause.sentence.contains("ingest.example.net") && cause.sentence.hasSuffix("."))
    #expect(cause.advice.hasSuffix("."))
    let others = TLSFault.allCases.filter { $0 != fault }.map { Cause($0, "ingest.example.net") }
    #expect(!others.contains { $0.sentence == cause.sentence })
  }

  @Test(arguments: [
    (401, "ingest.example.net answered 401 Unauthorized."),
    (503, "ingest.example.net answered 503 Service Unavailable."),
    (418, "ingest.example.net answered 418."),
  ])
  func `an answer is told with its name`(_ status: Int, _ sentence: String) {
    #expect(Cause(samples.attempt(1, status: status, error: .status)).sentence == sentence)
  }

  @Test func `a redirect is told with where it leads`() {
    let cause = Cause(samples.attempt(1, status: 302, error: .redirect))

    #expect(cause.sentence == "ingest.example.net redirected us to other.example.")
  }

  @Test func `an answer that broke off within a character is text`() {
    let bytes = Array("{\"a\":\"ü".utf8).dropLast()

    #expect(BodyText(Array(bytes)).isText)
    #expect(BodyText(Array(bytes)).shown == "{\"a\":\"")
  }

  @Test func `bytes that are no text are shown in hexadecimal`() {
    let text = BodyText([0, 255, 16] + [UInt8](repeating: 7, count: 300))

    #expect(!text.isText)
    #expect(text.shown.hasPrefix("00 ff 10 07"))
    #expect(text.shown.split(separator: "\n").count == 16)
  }

  @Test(arguments: [(nil, 3), (2, 2), (9, 3)] as [(Int?, Int)])
  func `the attempt in the address is shown, else the last`(_ selected: Int?, _ shown: Int) throws {
    let page = DeliveryDetailPage(
      shell: samples.shell, webhook: samples.hook(.active),
      delivery: samples.delivery(.failed(at: SamplePages.now), attempts: 3, error: .status),
      attempts: (1...3).map { samples.attempt($0, status: 500, error: .status) },
      selected: selected, body: nil)

    let markup = try Markup(page.render().bytes)
    let current = markup.elements("a").first { $0.attributes["aria-current"] == "true" }
    #expect(current?.attributes["href"]?.hasSuffix("?attempt=\(shown)#attempt") == true)
  }

  @Test func `what failed when it was sent again was delivered by the attempt before`() throws {
    let page = DeliveryDetailPage(
      shell: samples.shell, webhook: samples.hook(.active),
      delivery: samples.delivery(.delivered(at: SamplePages.now), attempts: 2, error: .status),
      attempts: [
        samples.attempt(1, status: 200, error: nil),
        samples.attempt(2, status: 500, error: .status, manual: true),
      ], body: nil)

    let texts = try Markup(page.render().bytes).texts.joined(separator: " ")
    #expect(texts.contains("Delivered on the first attempt"))
    #expect(texts.contains("attempt 2 failed"))
  }

  @Test(arguments: [
    (Delivery.State.pending(due: SamplePages.now), 0, false, "Waiting"),
    (.pending(due: SamplePages.now), 2, false, "Retrying"),
    (.pending(due: SamplePages.now), 2, true, "Sending"),
    (.delivered(at: SamplePages.now), 1, false, "Delivered"),
    (.failed(at: SamplePages.now), 8, false, "Failed"), (.held, 0, false, "Not sent"),
  ])
  func `a delivery has one of six words`(
    _ state: Delivery.State, _ attempts: Int, _ inFlight: Bool, _ word: String
  ) {
    let delivery = samples.delivery(state, attempts: attempts, inFlight: inFlight)

    #expect(DeliveryWord(delivery).tag.word == word)
  }

  @Test func `a webhook has one of five words`() {
    let new = WebhookHealth(hours: [], lastSuccessAt: nil, failingSince: nil)

    #expect(WebhookState(samples.hook(.active), new)?.tag.word == "New")
    #expect(WebhookState(samples.hook(.active), samples.health())?.tag.word == "Healthy")
    #expect(
      WebhookState(samples.hook(.active), samples.health(failing: true))?.tag.word == "Failing")
    #expect(WebhookState(samples.hook(.paused(.gone)), new)?.tag.word == "Stopped")
    #expect(WebhookState(samples.hook(.paused(.user)), new)?.tag.word == "Paused")
    // Without its numbers nobody can say that it is healthy.
    #expect(WebhookState(samples.hook(.active), nil) == nil)
  }
}
