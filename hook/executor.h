/* SPDX-License-Identifier: MPL-2.0 */
/* executor.h: the way from the worker to Kea's main thread.
 *
 * The worker hands over a step and waits until Kea's main loop has run it. cancel() makes everything handed over so far stale: who waits
 * returns, and a stale step that Kea's loop still holds does nothing. So a step must own what it works on (shared pointers, values):
 * nobody may be left to wait for it. An executor is never destroyed: Kea's loop may hold its steps to the very end. */
#ifndef NBK_HOOK_EXECUTOR_H
#define NBK_HOOK_EXECUTOR_H

#include <asiolink/io_service.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

namespace nbk {

class Executor {
public:
	/* Main thread. Steps are run by `io`, Kea's main loop, from now on. */
	void open(const isc::asiolink::IOServicePtr &io);

	/* Main thread. Until open() is called again the worker's steps are refused. */
	void cancel();

	/* Any other thread: waits until the step was run. False: cancelled, and the step was not run and won't be. What the step throws
	 * is thrown here. */
	bool run(std::function<void()> step);

	/* As run(), for a step that fills in a result. Null where cancelled. */
	template <class Result>
	std::shared_ptr<Result>
	ask(std::function<void(Result &)> step)
	{
		auto result = std::make_shared<Result>();

		return run([result, step] { step(*result); }) ? result : nullptr;
	}

private:
	struct Job {
		uint64_t generation;
		std::function<void()> step;
		std::exception_ptr thrown;
		bool done = false;
	};

	void perform(Job &job);

	std::mutex mutex_;
	std::condition_variable changed_;
	isc::asiolink::IOServicePtr io_;
	uint64_t generation_ = 0;
	bool open_ = false;
};

} // namespace nbk

#endif
