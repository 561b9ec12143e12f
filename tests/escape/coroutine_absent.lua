-- expect: refused use parallel.map
coroutine.wrap(function() end)()
