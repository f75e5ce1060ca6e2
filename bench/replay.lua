-- Sends requests that were prepared, as wrk's script. Arguments: the file; "once" (each request is sent once, then it ends) or "again"; ms of pause before each.
-- In the file each request has its length in bytes on a line before it.
local ffi = require("ffi")
ffi.cdef("int getpid(void); int kill(int pid, int signal);")
local interrupt = 2
local requests, at, once, pause = {}, 0, false, 0

function init(args)
  local file = assert(io.open(args[1], "rb"))
  once, pause = args[2] == "once", tonumber(args[3])
  for length in file:lines() do
    requests[#requests + 1] = file:read(tonumber(length))
  end
  file:close()
  -- wrk asks for a delay whenever there is such a function.
  if pause == 0 then delay = nil end
end

function request()
  at = at + 1
  if at > #requests then
    if once then finish() end
    at = once and #requests or 1
  end
  return requests[at]
end

-- By itself wrk would sleep on until its time is up, and count that time as if it had asked all along.
function finish()
  wrk.thread:stop()
  ffi.C.kill(ffi.C.getpid(), interrupt)
end

function delay()
  return pause
end

function done(summary, latency)
  local wrong = summary.errors
  io.write(string.format('{"requests":%d,"seconds":%.6f,"p50":%.3f,"p99":%.3f,"most":%.3f,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000,
    wrong.status, wrong.connect + wrong.read + wrong.write + wrong.timeout))
end
