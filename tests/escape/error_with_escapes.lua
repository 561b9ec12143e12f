-- expect: invalid_argument bad
error("\27]0;title\7 \0 bad", 0)
