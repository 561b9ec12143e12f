-- expect: invalid_argument the global 'paralel' is not defined; did you mean 'parallel'?
paralel.map({}, print)
