// `hone-session init`: the first process of a Docker container. It waits for ever and takes in what
// others leave behind. Being the first of its process namespace, no signal from inside ends it.
#pragma once

namespace hone {

int RunInit();

}  // namespace hone
