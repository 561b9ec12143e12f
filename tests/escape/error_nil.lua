-- expect: invalid_argument an error value of type nil
error(nil)
