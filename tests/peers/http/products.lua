-- One product after another, so that with a TTL of a millisecond every request misses, and warmed every one hits. Each request
-- is put into words once: what the client does must not be the limit.
local products = tonumber(os.getenv("PRODUCTS") or "1000")
local product = 0
local requests = {}

init = function()
  for number = 1, products do
    requests[number] = wrk.format("GET", "/api/products/" .. number .. "?query=lookup")
  end
end

request = function()
  product = product % products + 1
  return requests[product]
end

local answered = { hit = 0, miss = 0, other = 0 }

-- For the check: which way they went, by the servers' own words.
if os.getenv("CHECK") then
  response = function(status, headers)
    local way = headers["X-Cache"] or headers["x-cache"]
    if status ~= 200 or not way then
      answered.other = answered.other + 1
    else
      answered[way:lower()] = (answered[way:lower()] or 0) + 1
    end
    if answered.hit + answered.miss + answered.other == products then
      print(string.format("hits %d, misses %d, others %d", answered.hit, answered.miss, answered.other))
    end
  end
end
