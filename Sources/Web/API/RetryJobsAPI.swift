import Domain
import HTTPTypes
import Store

// What `retry-failed` and `recover` have begun, and what a person has: a webhook's jobs.
extension APIResponder {
  /// `POST /webhooks/{id}/retry-failed` and `/recover`
  func retryMany(_ kind: RetryJob.Kind, of id: Webhook.ID, _ request: APIRequest) throws -> Response
  {
    let user = try owner(of: id, request)
    guard let since = try request.object()["since"]?.string.flatMap({ Timestamp(rfc3339: $0) })
    else {
      throw Problem.unprocessable([
        FieldError("since", "Use RFC 3339, such as 2026-11-24T14:05:07Z.")
      ])
    }
    guard settings.countPermits.take() else { throw Problem.counting }
    defer { settings.countPermits.giveBack() }
    let begun: (counted: RetryCount, job: RetryJob.ID?)
    do {
      begun = try stores.retryJobs.start(
        RetryScope(kind: kind, since: since), of: id, user: user.id, limit: nil,
        by: request.actor(for: user))
    } catch StoreError.jobRunning {
      throw try jobRunning(of: id)
    }
    if let job = begun.job, try stores.retryJobs.takeFirstSteps(of: job) { settings.wakeWorkers() }
    let answer = Response.json(
      JSONWriter.object { $0.member("count", begun.counted.count) }, status: .accepted)
    return begun.job.map { answer.adding(.location, address(of: $0, of: id)) } ?? answer
  }

  /// `GET /webhooks/{id}/retry-jobs/{job}`
  func showRetryJob(_ job: RetryJob.ID, of id: Webhook.ID, _ request: APIRequest) throws -> Response
  {
    let user = try owner(of: id, request)
    return .json(try stores.retryJobs.find(job, of: id, user: user.id).json)
  }

  /// `POST /webhooks/{id}/retry-jobs/{job}/stop`
  func stopRetryJob(_ job: RetryJob.ID, of id: Webhook.ID, _ request: APIRequest) throws -> Response
  {
    let user = try owner(of: id, request)
    try stores.retryJobs.stop(job, of: id, user: user.id, by: request.actor(for: user))
    _ = try stores.retryJobs.step(job)
    return .json(
      try stores.retryJobs.find(job, of: id, user: user.id).json, status: .accepted)
  }

  private func address(of job: RetryJob.ID, of webhook: Webhook.ID) -> String {
    "\(settings.prefix)/api/v1/webhooks/\(webhook)/retry-jobs/\(job)"
  }

  /// Says which, so that it can be stopped by whoever did not begin it.
  private func jobRunning(of webhook: Webhook.ID) throws -> Problem {
    let refusal = StoreError.jobRunning.retryRefusal ?? ""
    guard let job = try stores.retryJobs.live(of: webhook) else { return .conflict(refusal) }
    return .conflict("\(refusal) It is at \(address(of: job, of: webhook)).")
  }
}

extension Problem {
  fileprivate static let counting = Problem(
    status: .serviceUnavailable, title: "Service unavailable",
    detail: "Other logs are being counted just now. Nothing was begun; try again shortly.",
    retryAfterSeconds: 1)
}

extension RetryJob {
  fileprivate var json: [UInt8] {
    JSONWriter.object {
      $0.member("id", id)
      $0.member("webhook_id", webhookID)
      $0.member("kind", kind.rawValue)
      $0.member("status", state.rawValue)
      $0.member("since", since)
      $0.member("total", total)
      $0.member("queued", queued)
      $0.member("delivered", delivered)
      $0.member("failed", failed)
      $0.member("created_at", createdAt)
      $0.member("finished_at", finishedAt)
    }
  }
}
