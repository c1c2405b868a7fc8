-- What wrk sends, by MODE: `issue` (each document another person), `verify` (references from a file, one after the
-- other), `keys` (makes API keys and writes them to a file), `whoami` (with keys from a file), `upload` (issues with a file as
-- PDF), `get`. What came back is counted by status; the numbers are printed as
-- one line of JSON.

local mode, key, template = os.getenv("MODE"), os.getenv("API_KEY"), os.getenv("TEMPLATE")
local references, number, threads = {}, 0, {}
statuses = {} -- of one thread; global, so that `done` can ask for it

function setup(thread)
  table.insert(threads, thread)
end

function init()
  if mode == "verify" or mode == "whoami" then
    for line in io.lines(os.getenv("REFERENCES")) do references[#references + 1] = line end
    number = tonumber(os.getenv("FROM") or "0")
  elseif mode == "keys" then
    made = io.open(os.getenv("MADE"), "a")
  end
  headers = { ["Content-Type"] = "application/json", ["X-API-Key"] = key }
  if mode == "upload" then
    upload = wrk.format("POST", "/v1/trust/issuances", headers, io.open(os.getenv("UPLOAD")):read("*a"))
  end
end

function request()
  number = number + 1
  if mode == "issue" then
    local body = '{"templateId":"' .. template .. '","recipientName":"Person ' .. number
      .. '","fields":[{"key":"course","value":"Distributed systems"}]}'
    return wrk.format("POST", "/v1/trust/issuances", headers, body)
  elseif mode == "verify" then
    local reference = references[(number - 1) % #references + 1]
    return wrk.format("POST", "/v1/trust/verify/by-reference", { ["Content-Type"] = "application/json" },
      '{"reference":"' .. reference .. '"}')
  elseif mode == "keys" then
    return wrk.format("POST", "/v1/api-keys", headers, '{"name":"Key ' .. number .. '"}')
  elseif mode == "whoami" then
    return wrk.format("GET", "/v1/whoami", { ["X-API-Key"] = references[(number - 1) % #references + 1] })
  elseif mode == "upload" then
    return upload
  end
  return wrk.format("GET", "/")
end

function response(status, _, body)
  local word = tostring(status)
  if mode == "verify" and status == 200 then word = body:match('"verdict":"([%w_]+)"') or "none" end
  if mode == "keys" and status == 201 then made:write(body:match('"secret":"([^"]+)"') .. "\n") end
  statuses[word] = (statuses[word] or 0) + 1
end

function done(summary, latency)
  local all = {}
  for _, thread in ipairs(threads) do
    for word, count in pairs(thread:get("statuses")) do all[#all + 1] = '["' .. word .. '",' .. count .. "]" end
  end
  local errors = summary.errors
  print(string.format(
    'JSON {"requests":%d,"micros":%d,"p50":%d,"p99":%d,"max":%d,"errors":%d,"answers":[%s]}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    errors.connect + errors.read + errors.write + errors.timeout, table.concat(all, ",")))
end
