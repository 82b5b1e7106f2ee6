import Domain

/// What a job is and how it stands, in words.
struct RetryJobWords {
  let job: RetryJob

  var title: String {
    let count = Words.deliveries(job.total)
    return switch job.kind {
    case .retry: "Retrying \(count)"
    case .recover: "Sending \(count)"
    case .drop: "Dropping \(count)"
    }
  }

  var failedWord: String { job.kind == .recover ? "to be tried again" : "failed again" }

  /// Nothing is left to be done about it.
  var isGood: Bool { job.state == .done && job.failed == 0 && job.left == 0 }

  var state: String {
    let left = "\(Words.number(job.left)) not tried"
    switch (job.state, job.kind) {
    case (.running, _):
      return job.isSlow
        ? "Under way, one at a time: the last \(Words.number(job.failedInRow)) failed" : "Under way"
    case (.stopping, _): return "Stopping: what is being sent ends by its result"
    case (.givingUp, _): return "Stopping by itself after failures in a row"
    case (.stopped, _): return "Stopped by you: \(Words.number(job.done)) done, \(left)"
    case (.gaveUp, _): return "Stopped by itself after \(RetryJob.failureLimit) failures in a row"
    case (.paused, _): return "Ended, since the webhook was paused: \(left)"
    case (.done, .drop): return "All \(Words.number(job.done)) dropped"
    case (.done, _) where job.failed == 0 && job.left == 0:
      return "All \(Words.number(job.total)) delivered"
    case (.done, .retry) where job.delivered == 0:
      return "All \(Words.number(job.failed)) failed again"
    case (.done, _):
      return "\(Words.number(job.delivered)) delivered, \(Words.number(job.failed)) \(failedWord)"
    }
  }
}
