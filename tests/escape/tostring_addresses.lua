-- expect: result {"f":"function","t":"table"}
return { t = tostring({}), f = ("%s"):format(print) }
