-- For wrk: one POST again and again. BODY_FILE holds its body, FIELDS_FILE a header's name and value,
-- separated by a space, on each line.
local file = assert(io.open(os.getenv("BODY_FILE"), "rb"))
wrk.method = "POST"
wrk.body = file:read("*a")
for line in io.lines(os.getenv("FIELDS_FILE")) do
  local name, value = line:match("^(%S+) (.*)$")
  wrk.headers[name] = value
end

function done(summary, latency, requests)
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read
    + summary.errors.write + summary.errors.timeout
  io.write(string.format("rate %.1f bad %d\n", summary.requests / (summary.duration / 1e6), bad))
end
