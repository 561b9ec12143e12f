-- expect: invalid_argument the result of run(): f is a function
return { f = print }
