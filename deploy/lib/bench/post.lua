-- For wrk: the same POST as a delivery's. BODY_FILE is in the environment.
local file = assert(io.open(os.getenv("BODY_FILE"), "rb"))
wrk.method = "POST"
wrk.body = file:read("*a")
wrk.headers["content-type"] = "application/json"
wrk.headers["user-agent"] = "Patchbay/0.0.0"
wrk.headers["webhook-id"] = "01934f7e-0000-7000-8000-000000000000"
wrk.headers["webhook-timestamp"] = "1700000000"
wrk.headers["webhook-signature"] = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

function done(summary, latency, requests)
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read
    + summary.errors.write + summary.errors.timeout
  io.write(string.format("rate %.1f bad %d\n", summary.requests / (summary.duration / 1e6), bad))
end
