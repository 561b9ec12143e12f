// The effect "container.put": files of a recipe, or an asset of the data, into a container.
//
// An asset of kind tests is refused: it enters a container by container:verify alone.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/json.h"
#include "data/asset.h"
#include "primitives/container_box.h"
#include "primitives/effect_end.h"
#include "primitives/tar_archive.h"

namespace hone {

void RunContainerPut(const std::shared_ptr<ContainerBox>& box, const Json& args,
                     const AssetMap& assets, EffectDone done);

// The asset's content, checked, below `to`. For those who may put tests, too.
void PutAsset(const ContainerBox& box, const Asset& asset, const std::string& to,
              std::function<void(Status)> done);
Result<std::vector<TarEntry>> EntriesOf(const Asset& asset);

}  // namespace hone
