// HiddenFiles: what a replaced folder hides of an image.
//
// A folder that was removed and made again is opaque in the writable layer: nothing of the image
// shows through, and no whiteout tells what is gone. Nor does one where a file has taken the place
// of a folder, or a folder that of a file. The image's layers tell.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace hone {

// `layers`: folders of the image's layers, the lowest first. `opaque`: plain paths of such folders.
// `present`: the paths of everything in the writable layer, and whether each is a folder. Absolute
// paths of what is gone, a folder for all that is in it. What cannot be looked at is not told.
// Blocks.
std::set<std::string> HiddenFiles(const std::vector<std::string>& layers,
                                  const std::vector<std::string>& opaque,
                                  const std::map<std::string, bool>& present);

}  // namespace hone
