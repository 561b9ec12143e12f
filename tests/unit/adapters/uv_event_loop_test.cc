// Order and threads of the loop. Nothing here waits for wall time: timers are compared by order.
#include "adapters/uv_event_loop.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "adapters/signal_watch.h"

namespace hone {
namespace {

BOOST_AUTO_TEST_SUITE(uv_event_loop)

BOOST_AUTO_TEST_CASE(posts_from_other_threads_arrive_in_order_on_the_loop_thread) {
  UvEventLoop loop;
  constexpr int kThreads = 4;
  constexpr int kPosts = 500;
  std::vector<std::vector<int>> seen(kThreads);
  int left = kThreads * kPosts;
  std::thread::id runner = std::this_thread::get_id();
  bool on_loop_thread = true;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kPosts; ++i) {
        loop.Post([&, t, i] {
          on_loop_thread = on_loop_thread && std::this_thread::get_id() == runner;
          seen[static_cast<std::size_t>(t)].push_back(i);
          if (--left == 0) loop.Stop();
        });
      }
    });
  }
  loop.Run();
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(on_loop_thread);
  for (const auto& order : seen) {
    BOOST_TEST(order.size() == kPosts);
    BOOST_TEST(std::is_sorted(order.begin(), order.end()));
  }
}

BOOST_AUTO_TEST_CASE(a_task_that_posts_itself_does_not_starve_timers) {
  UvEventLoop loop;
  bool fired = false;
  std::function<void()> again = [&] {
    if (!fired) loop.Post(again);
  };
  loop.Post(again);
  loop.After(1, [&] {
    fired = true;
    loop.Stop();
  });
  loop.Run();
  BOOST_TEST(fired);
}

BOOST_AUTO_TEST_CASE(timers_fire_by_due_time_then_by_age_and_cancelled_ones_never) {
  UvEventLoop loop;
  std::string order;
  const auto mark = [&](char c) { return [&order, c] { order += c; }; };
  loop.After(100, [&] {
    order += 'z';
    loop.Stop();
  });
  const EventLoop::TimerId cancelled = loop.After(0, mark('x'));
  loop.After(0, [&] {
    order += 'a';
    loop.After(0, mark('d'));
  });
  loop.After(-5, mark('b'));
  loop.After(0, mark('c'));
  loop.CancelTimer(cancelled);
  loop.CancelTimer(cancelled);
  loop.CancelTimer(12345);
  loop.Run();
  BOOST_TEST(order == "abcdz");
}

BOOST_AUTO_TEST_CASE(pool_work_runs_elsewhere_and_its_done_on_the_loop) {
  UvEventLoop loop;
  const std::thread::id runner = std::this_thread::get_id();
  std::thread::id worker = runner;
  std::thread::id finisher;
  loop.InPool([&] { worker = std::this_thread::get_id(); },
              [&] {
                finisher = std::this_thread::get_id();
                loop.Stop();
              });
  loop.Run();
  BOOST_TEST((worker != runner));
  BOOST_TEST((finisher == runner));
}

BOOST_AUTO_TEST_CASE(a_destroyed_loop_drops_what_has_not_run) {
  bool ran = false;
  {
    UvEventLoop loop;
    loop.Post([&] { ran = true; });
    loop.After(0, [&] { ran = true; });
    loop.InPool([] {}, [&] { ran = true; });
  }
  BOOST_TEST(!ran);
}

BOOST_AUTO_TEST_CASE(a_loop_runs_again_after_stop) {
  UvEventLoop loop;
  int runs = 0;
  for (int i = 0; i < 2; ++i) {
    loop.Post([&] {
      ++runs;
      loop.Stop();
    });
    loop.Run();
  }
  BOOST_TEST(runs == 2);
}

BOOST_AUTO_TEST_CASE(signals_come_as_callbacks) {
  UvEventLoop loop;
  std::vector<int> seen;
  {
    SignalWatch watch(loop, [&](int number) {
      seen.push_back(number);
      if (seen.size() == 1) raise(SIGTERM);
      if (seen.size() == 2) loop.Stop();
    });
    loop.Post([] { raise(SIGINT); });
    loop.Run();
  }
  BOOST_TEST(seen == (std::vector<int>{SIGINT, SIGTERM}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace hone
