-- Clicks of different people on different links, for wrk.
-- The file of requests (each without its empty line, separated by a form feed) is made beforehand,
-- so that the load generator does little more than send. Behind a proxy, each request comes from
-- the address of somebody else.
local requests = {}
local at = 0
local proxy = false

function init(args)
  local file = assert(io.open(args[1], "rb"))
  local text = file:read("*a")
  file:close()
  for request in text:gmatch("([^\f]+)") do
    requests[#requests + 1] = request
  end
  proxy = args[2] == "proxy"
  math.randomseed(tonumber(args[3]))
  at = math.random(#requests)
end

function request()
  at = at % #requests + 1
  if not proxy then
    return requests[at] .. "\r\n"
  end
  local n = math.random(0, 16777215)
  return requests[at] .. "X-Forwarded-For: 10." .. bit.rshift(n, 16) .. "."
    .. bit.band(bit.rshift(n, 8), 255) .. "." .. bit.band(n, 255) .. "\r\n\r\n"
end

function done(summary, latency, _)
  local e = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "seconds": %.6f, "p50_ms": %.3f, "p99_ms": %.3f, "max_ms": %.3f,'
      .. ' "wrong_status": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, latency.max / 1e3, e.status,
    e.connect + e.read + e.write + e.timeout))
end
