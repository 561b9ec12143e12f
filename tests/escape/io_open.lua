-- expect: refused 'io' does not exist
io.open("/proc/self/environ")
