// Time from spawning hone-script to its first word, over N starts; milliseconds on stdout.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "adapters/uv_event_loop.h"
#include "adapters/uv_script_process.h"

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  hone::UvEventLoop loop;
  hone::UvScriptProcessSpawner spawner(loop, {argv[1], false});
  std::vector<double> times;
  for (int i = 0; i < std::atoi(argv[2]); ++i) {
    const auto start = std::chrono::steady_clock::now();
    hone::ScriptProcess::Events events;
    events.on_frame = [&loop](const hone::Frame&) { loop.Stop(); };
    events.on_exit = [&loop](const std::string& how) {
      std::fprintf(stderr, "%s\n", how.c_str());
      loop.Stop();
    };
    auto process = spawner.Spawn(std::move(events));
    if (!process.ok()) return 1;
    (*process)->Send(
        {hone::FrameType::kStart,
         R"({"modules":[],"limits":{"memory_bytes":268435456,"instructions":1000000}})"});
    loop.Run();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    times.push_back(took.count());
  }
  std::sort(times.begin(), times.end());
  std::printf("%.2f\n", times[times.size() / 2]);
  return 0;
}
