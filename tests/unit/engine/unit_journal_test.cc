// Containers of a unit and their journal, over an engine that is notes in memory: what is handed
// out from the record, when a container is built again, and what happens when it comes out
// otherwise.
#include "engine/unit_journal.h"

#include <boost/test/unit_test.hpp>

#include "engine/container_effects.h"
#include "support/fake_clock.h"
#include "support/fake_container_engine.h"

namespace hone {
namespace {

using testing::FakeContainerEngine;

Json Args(std::initializer_list<Json::Member> members) { return Json::MakeObject(members); }

ExecEnd Said(const std::string& text, int64_t duration_ms = 10) {
  ExecEnd end;
  end.exit_code = 0;
  end.out = text;
  end.duration_ms = duration_ms;
  return end;
}

// One execution of a unit after the other, against what the ones before wrote.
struct Bench {
  Bench() {
    facilities.containers = &engine;
    engine.on_exec = [this](const std::string& /*container*/, const ExecSpec& spec) {
      return Result<ExecEnd>(Said(spec.argv.back() + " " + std::to_string(says)));
    };
    Begin();
  }

  // A new execution: the script starts over.
  void Begin(bool may_execute = true) {
    journal.reset();
    engine.Drain();
    desk = std::make_unique<EffectDesk>(EffectDesk::Options{facilities, &clock, "owner", &assets});
    UnitJournal::World world;
    world.desk = may_execute ? desk.get() : nullptr;
    world.unit_key = HashOf("unit");
    world.accept_divergence = accepts;
    world.rewrites = rewrites;
    world.write = [this](Operation operation) { Keep(std::move(operation)); };
    world.stop = [this](const std::string& status, const Error& error) {
      stopped = status + ": " + error.message;
    };
    world.start_again = [this] { ++restarts; };
    journal = std::make_unique<UnitJournal>(std::move(world), record);
    journal->AddGroup("container", MakeContainerEffects(desk.get(), &assets,
                                                        [this](const EffectDivergence& divergence) {
                                                          journal->OnDivergence(divergence);
                                                        }));
    ordinals.clear();
    engine.log.clear();
    stopped.clear();
    written = 0;
  }

  void Keep(Operation operation) {
    if (auto* put = std::get_if<PutJournal>(&operation)) {
      ++written;
      if (!put->diverged_json.empty()) diverged = put->diverged_json;
      record[{put->path, put->ordinal}] = {put->kind, put->command_hash, put->result_json};
    } else if (auto* forget = std::get_if<ForgetFrom>(&operation)) {
      std::erase_if(record, [&](const auto& entry) {
        return IsForgotten(entry.first, forget->path, forget->ordinal);
      });
    } else if (auto* row = std::get_if<PutRow>(&operation)) {
      rows.push_back(row->path + "#" + std::to_string(row->n) + " " +
                     row->fields["kind"].AsString());
    }
  }

  // The answer, or null when none came.
  Json Ask(const std::string& kind, Json args, const std::string& path = "") {
    const auto out = std::make_shared<Json>();  // an answer may come much later
    journal->Run(Effect{path, ++ordinals[path], kind, "", std::move(args)},
                 [out](const Json& answer) { *out = answer; });
    engine.Drain();
    return *out;
  }
  std::string Open(const std::string& path = "") {
    const Json answer = Ask("container.open", Args({{"image", "debian"}}), path);
    return answer["value"]["container"].AsString();
  }
  std::string Say(const std::string& container, const std::string& what,
                  const std::string& path = "") {
    const Json answer = Ask("container.exec",
                            Args({{"container", Json(container)},
                                  {"argv", Json::MakeArray({Json("echo"), Json(what)})}}),
                            path);
    return answer.Has("value") ? answer["value"]["stdout"].AsString() : answer.Dump();
  }

  testing::FakeClock clock;
  FakeContainerEngine engine;
  Facilities facilities;
  AssetMap assets;
  JournalMap record;
  std::unique_ptr<EffectDesk> desk;
  std::unique_ptr<UnitJournal> journal;
  std::map<std::string, int64_t> ordinals;
  std::vector<std::string> rows;
  std::string stopped, diverged;
  int says = 1;
  int restarts = 0, written = 0;
  bool accepts = false, rewrites = false;
};

BOOST_FIXTURE_TEST_SUITE(unit_journal, Bench)

BOOST_AUTO_TEST_CASE(what_is_executed_is_written_before_it_is_answered) {
  const std::string container = Open();
  BOOST_TEST(container == "#1");
  BOOST_TEST(Say(container, "a") == "a 1");
  BOOST_TEST(written == 2);
  BOOST_TEST(rows == (std::vector<std::string>{"#1 open", "#2 exec"}),
             boost::test_tools::per_element());
  BOOST_TEST((record[{"", 2}].kind == "container.exec"));
  BOOST_TEST(engine.specs[0].owner == "owner");
}

BOOST_AUTO_TEST_CASE(a_record_is_handed_out_without_an_engine) {
  Say(Open(), "a");
  Begin(/*may_execute=*/false);
  says = 2;
  BOOST_TEST(Say(Open(), "a") == "a 1");
  BOOST_TEST(engine.log.empty());
  BOOST_TEST(written == 0);
  BOOST_TEST(Say("#1", "b") == "null");
  BOOST_TEST(stopped.find("effect 3 (container.exec) is not in the journal") != std::string::npos,
             stopped);
}

BOOST_AUTO_TEST_CASE(a_container_is_built_again_when_the_first_new_command_needs_it) {
  const std::string container = Open();
  Say(container, "a");
  Say(container, "b");
  Ask("container.get", Args({{"container", Json(container)}, {"path", "/x"}}));
  Begin();
  BOOST_TEST(Say(Open(), "a") == "a 1");
  BOOST_TEST(Say(container, "b") == "b 1");
  Ask("container.get", Args({{"container", Json(container)}, {"path", "/x"}}));
  BOOST_TEST(engine.log.empty());
  BOOST_TEST(Say(container, "c") == "c 1");
  // What only looked is not repeated.
  BOOST_TEST(
      engine.log == (std::vector<std::string>{"prepare debian", "create debian", "exec c2 echo a",
                                              "exec c2 echo b", "exec c2 echo c"}),
      boost::test_tools::per_element());
  BOOST_TEST(written == 1);
}

BOOST_AUTO_TEST_CASE(another_result_forgets_from_the_opening_on_and_starts_again) {
  Say(Open("1"), "kept", "1");
  const std::string container = Open("2");
  BOOST_TEST(container == "2#1");
  Say(container, "a", "2");
  Say(Open("2.1"), "below", "2.1");
  Begin();
  Open("2");
  Say(container, "a", "2");
  says = 2;
  BOOST_TEST(Say(container, "new", "2") == "null");  // never answered
  BOOST_TEST(restarts == 1);
  BOOST_TEST(diverged.find("a 1") != std::string::npos, diverged);
  BOOST_TEST(diverged.find("a 2") != std::string::npos, diverged);
  std::vector<std::string> left;
  for (const auto& [place, entry] : record) left.push_back(place.first);
  BOOST_TEST(left == (std::vector<std::string>{"1", "1"}), boost::test_tools::per_element());
  // The next execution is a fresh one, of this path alone.
  Begin();
  Say(Open("2"), "a", "2");
  BOOST_TEST(Say(container, "new", "2") == "new 2");
  BOOST_TEST(restarts == 1);
}

BOOST_AUTO_TEST_CASE(another_command_in_a_recorded_place_stops_the_unit) {
  Say(Open(), "a");
  Begin();
  BOOST_TEST(Say(Open(), "z") == "null");
  BOOST_TEST(stopped.starts_with("diverged: path '', effect 2 (container.exec)"), stopped);
  BOOST_TEST(stopped.ends_with("nothing was executed"), stopped);
  BOOST_TEST(engine.log.empty());
}

BOOST_AUTO_TEST_CASE(an_accepted_divergence_goes_on_from_there) {
  const std::string container = Open();
  Say(container, "a");
  Say(container, "b");
  accepts = rewrites = true;
  Begin();
  Open();
  BOOST_TEST(Say(container, "a") == "a 1");
  BOOST_TEST(written == 2);  // handed out, and on record under this execution
  BOOST_TEST(Say(container, "z") == "z 1");
  BOOST_TEST(engine.Count("exec") == 2);  // a, to build it again, and z
  BOOST_TEST(Say(container, "b") == "b 1");
  BOOST_TEST(engine.Count("exec") == 3);
}

BOOST_AUTO_TEST_CASE(failures_of_the_world_are_answers_and_on_record) {
  engine.on_prepare = [](const ImageSpec&) -> Result<ImageInfo> {
    return Fail(ErrorCode::kNotFound, "no image 'debian'");
  };
  const Json answer = Ask("container.open", Args({{"image", "debian"}}));
  BOOST_TEST(answer["error"]["infrastructure"].AsBool());
  BOOST_TEST(answer["error"]["code"].AsString() == "not_found");
  BOOST_TEST(desk->is_quiet());
  Begin();
  BOOST_TEST((Ask("container.open", Args({{"image", "debian"}})) == answer));
  BOOST_TEST(engine.log.empty());
}

BOOST_AUTO_TEST_CASE(what_a_command_does_to_its_container_is_no_failure_of_the_world) {
  const std::string container = Open();
  engine.on_get = [](const std::string&, const GetSpec&) -> Result<FileTree> {
    return Fail(ErrorCode::kNotFound, "/nothing: is not there");
  };
  const Json answer =
      Ask("container.get", Args({{"container", Json(container)}, {"path", "/nothing"}}));
  BOOST_TEST(answer["error"].Has("infrastructure"));
  BOOST_TEST(!answer["error"]["infrastructure"].AsBool());
}

BOOST_AUTO_TEST_CASE(misuse_is_told_and_not_written) {
  const std::string container = Open("1");
  const Json other =
      Ask("container.exec", Args({{"container", Json(container)}, {"shell", "true"}}), "2");
  BOOST_TEST(other["error"]["code"].AsString() == "refused");
  BOOST_TEST(!other["error"].Has("infrastructure"));
  const Json unknown = Ask("container.exec", Args({{"container", "9#9"}, {"shell", "true"}}), "1");
  BOOST_TEST(unknown["error"]["code"].AsString() == "not_found");
  const Json asset = Ask("container.open",
                         Args({{"dockerfile", Args({{"$asset", Json(HashOf("x").Hex())}})}}), "3");
  BOOST_TEST(asset["error"]["message"].AsString().find("is no asset of the data") !=
             std::string::npos);
  BOOST_TEST(written == 1);
}

BOOST_AUTO_TEST_CASE(a_limit_of_time_counts_what_is_on_record) {
  const Json opened =
      Ask("container.open", Args({{"image", "debian"}, {"limits", Args({{"time_s", 1}})}}));
  const std::string container = opened["value"]["container"].AsString();
  engine.on_exec = [](const std::string&, const ExecSpec& spec) -> Result<ExecEnd> {
    return Said("t" + std::to_string(spec.timeout_ms), 400);
  };
  BOOST_TEST(Say(container, "a") == "t1000");
  BOOST_TEST(Say(container, "b") == "t600");
  const auto left = [&] {
    return Ask("container.time_left", Args({{"container", Json(container)}}))["value"]["seconds"]
        .AsDouble();
  };
  BOOST_TEST(left() == 0.2);
  Begin();
  Ask("container.open", Args({{"image", "debian"}, {"limits", Args({{"time_s", 1}})}}));
  Say(container, "a");
  Say(container, "b");
  BOOST_TEST(left() == 0.2);
  BOOST_TEST(Say(container, "c") == "t200");
  const Json over =
      Ask("container.exec", Args({{"container", Json(container)}, {"shell", "true"}}));
  BOOST_TEST(over["value"]["timed_out"].AsBool());
  BOOST_TEST(over["value"]["code"].AsInt() == -1);
  BOOST_TEST(over["value"]["killed_by"].AsString() == "time");
}

BOOST_AUTO_TEST_CASE(containers_wait_for_a_place_unless_their_path_holds_one) {
  facilities.containers_at_once = 1;
  Begin();
  const std::string first = Open("1");
  BOOST_TEST(Open("1.1") != "");  // below one that holds a place
  BOOST_TEST(Open("2") == "");
  journal->Tell("container.close", Args({{"container", Json(first)}}));
  engine.Drain();
  BOOST_TEST(engine.live.size() == 1U);  // that of 1.1 still has a place
  journal->Tell("container.close", Args({{"container", "1.1#1"}}));
  engine.Drain();
  BOOST_TEST(engine.live.size() == 1U);  // of 2
  BOOST_TEST(engine.Count("create") == 3);
}

BOOST_AUTO_TEST_CASE(a_path_that_ended_gives_its_places_back) {
  facilities.containers_at_once = 2;
  Begin();
  Open("1");
  const std::string kept = Open("2");
  BOOST_TEST(Open("3") == "");
  journal->Tell("container.path_ended", Args({{"path", "1"}}));
  engine.Drain();
  BOOST_TEST(engine.live.size() == 2U);  // of 2 and 3
  BOOST_TEST(Say(kept, "a", "2") == "a 1");
}

BOOST_AUTO_TEST_CASE(a_held_desk_executes_nothing_and_a_stopped_one_stops_the_unit) {
  desk->Hold(true);
  BOOST_TEST(Open("1") == "");
  BOOST_TEST(engine.log.empty());
  desk->Hold(false);
  engine.Drain();
  BOOST_TEST(engine.live.size() == 1U);
  desk->Stop(Fail(ErrorCode::kCancelled, "interrupted"));
  Open("2");
  BOOST_TEST(stopped == "stopped: interrupted");
}

BOOST_AUTO_TEST_CASE(nothing_is_left_whenever_the_unit_ends) {
  for (int steps = 0; steps < 8; ++steps) {
    Begin();
    record.clear();
    journal->Run(
        Effect{"", 1, "container.open", "", Args({{"image", "debian"}})}, [this](const Json&) {
          journal->Run(
              Effect{"", 2, "container.exec", "", Args({{"container", "#1"}, {"shell", "true"}})},
              [](const Json&) {});
        });
    for (int i = 0; i < steps; ++i) engine.Step();
    journal->LetGo();
    engine.Drain();
    BOOST_TEST(engine.live.empty(), "after " << steps << " steps");
    BOOST_TEST(desk->is_quiet());
  }
}

BOOST_AUTO_TEST_CASE(an_image_is_made_once_for_all) {
  Open("1");
  Open("2");
  BOOST_TEST(engine.Count("prepare") == 1);
  BOOST_TEST(engine.Count("create") == 2);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(places_that_are_forgotten) {
  BOOST_TEST(IsForgotten({"3", 5}, "3", 5));
  BOOST_TEST(!IsForgotten({"3", 4}, "3", 5));
  BOOST_TEST(IsForgotten({"3.1", 1}, "3", 5));
  BOOST_TEST(!IsForgotten({"31", 9}, "3", 5));
  BOOST_TEST(IsForgotten({"7", 1}, "", 5));
  BOOST_TEST(!IsForgotten({"", 4}, "", 5));
}

}  // namespace
}  // namespace hone
