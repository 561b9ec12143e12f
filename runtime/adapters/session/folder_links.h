// FirstLink: whether files that are about to be unpacked below a folder would go through a symbolic
// link that lies there already.
#pragma once

#include <string>

namespace hone {

// `names`: paths below `folder`, each followed by a zero byte. The first of them that is a symbolic
// link or lies behind one; "" when none is. What is not there is no link.
std::string FirstLink(const std::string& folder, const std::string& names);

}  // namespace hone
