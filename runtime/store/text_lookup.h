// Reads one stored text from a file.
#pragma once

#include <optional>

#include "base/part.h"
#include "store/connection.h"
#include "store/text_codec.h"

namespace hone {

// Nothing when the file does not have it. With `verify`, the bytes are hashed again (for files of
// other people); kCorrupt when they differ.
Result<std::optional<Part>> FindText(Connection* connection, TextDecoder* decoder, const Hash& hash,
                                     bool verify = false);

}  // namespace hone
