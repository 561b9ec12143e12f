// The options of the verbs about this machine: image, doctor and serve-model.
#include "app/commands.h"

namespace hone {

void AddMachineVerbs(CLI::App* app, Commands* c) {
  CLI::App* image = AddVerb(app, c, "image", "root file systems that containers are made of",
                            ImageVerb, &c->image);
  image->add_option("what", c->image.what, "add NAME FILE.tar[.gz|.zst|.xz], ls, rm NAME")
      ->check(CLI::IsMember({"add", "ls", "rm"}))
      ->option_text("add|ls|rm");
  image->add_option("name", c->image.name, "what a Dockerfile's FROM calls it")
      ->option_text("NAME");
  image->add_option("file", c->image.file, "a tar of a whole root file system")
      ->option_text("FILE");
  AddJson(image, &c->image.json);

  CLI::App* doctor = AddVerb(app, c, "doctor", "check this machine, the database and the keys",
                             DoctorVerb, &c->doctor);
  doctor->add_option("--endpoint", c->doctor.endpoints, "an endpoint to check as well")
      ->option_text("NAME=URL[,KEY_ENV]")
      ->allow_extra_args(false);
  doctor->add_option("--call", c->doctor.calls, "ask this model for one token (it costs that)")
      ->option_text("MODEL")
      ->allow_extra_args(false);
  doctor->add_flag("--clean", c->doctor.clean, "remove containers that runs which died have left");
  AddJson(doctor, &c->doctor.json);

  CLI::App* serve =
      AddVerb(app, c, "serve-model", "serve an offline model over the OpenAI chat API, on loopback",
              ServeModelVerb, &c->serve);
  serve->add_option("model", c->serve.model, "offline/reader")->required();
  serve->add_option("--port", c->serve.port, "default: a free one")
      ->check(CLI::Range(0, 65535))
      ->option_text("N");
}

}  // namespace hone
