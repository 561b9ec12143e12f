// What no process in a container may ask of the kernel, as rules of libseccomp. Also linked into
// programs that run in containers.
#pragma once

namespace hone {

// Adds the rules to a filter of libseccomp (a scmp_filter_ctx). 0, or a negative errno.
int AddRefusedCalls(void* filter);

}  // namespace hone
