import FastCGI
import Glibc
import HTTPTypes
import Logging
import Web

/// One request of nginx to its answer: read, answer, write, and one line in the log.
func serve(_ request: borrowing Request, _ responder: Responder, _ logger: Logger) {
  let began = monotonicMicroseconds()
  let (head, response) = answer(request, responder)
  try? request.write(response.bytes)  // A peer that has gone needs no answer; the line below stays.
  logger.info(
    "request",
    metadata: [
      "request_id": "\(head?.requestID ?? "")",
      "method": "\(head?.method.rawValue ?? "")",
      "path": "\(head?.loggablePath ?? "")",
      "status": "\(response.status.code)",
      "bytes": "\(response.body.count)",
      "duration_us": "\(monotonicMicroseconds() - began)",
    ])
}

private func answer(_ request: borrowing Request, _ responder: Responder) -> (
  RequestHead?, Response
) {
  // libfcgi passes on what was aborted or hung up half-way, too.
  guard request.isComplete else {
    return (nil, .text("Bad request: it broke off.", status: .badRequest))
  }
  let head: RequestHead
  do {
    head = try RequestHead(parameters: request.parameters)
  } catch {
    return (nil, responder.refuse(error, parameters: request.parameters))
  }
  guard head.contentLength <= responder.bodyLimit(for: head) else {
    return (head, responder.refuseTooLarge(head))
  }
  do {
    let body = try request.body(length: head.contentLength)
    var response = responder.respond(to: head, body: body)
    if head.method == .head { response.body = [] }
    return (head, response)
  } catch {
    return (head, .text("Bad request: the body broke off.", status: .badRequest))
  }
}

private func monotonicMicroseconds() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
}
