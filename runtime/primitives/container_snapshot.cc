#include "primitives/container_snapshot.h"

#include "primitives/container_exec.h"

namespace hone {

void RunContainerSnapshot(const std::shared_ptr<ContainerBox>& box, EffectDone done) {
  box->engine->Snapshot(box->id, [done = std::move(done)](const Result<ImageInfo>& image) {
    if (!image.ok()) return done(FailureInContainer(image.error()));
    done(EffectEnd::Value(Json::MakeObject({{"image", Json(image->id)}})));
  });
}

}  // namespace hone
