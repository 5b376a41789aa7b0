/* SPDX-License-Identifier: MPL-2.0 */
#include "executor.h"
#include "waker.h"

namespace nbk {

void
Executor::open(const isc::asiolink::IOServicePtr &io)
{
	std::lock_guard<std::mutex> lock(mutex_);

	io_ = io;
	open_ = true;
}

void
Executor::cancel()
{
	std::lock_guard<std::mutex> lock(mutex_);

	open_ = false;
	++generation_;
	changed_.notify_all();
}

bool
Executor::run(std::function<void()> step)
{
	auto job = std::make_shared<Job>();
	isc::asiolink::IOServicePtr io;
	std::unique_lock<std::mutex> lock(mutex_);

	if (!open_)
		return false;
	io = io_;
	job->generation = generation_;
	job->step = std::move(step);
	lock.unlock();

	/* The waker comes last: woken before the step is there, the loop would go back to sleep. */
	io->post([this, job] { perform(*job); });
	wake_main_loop();

	lock.lock();
	changed_.wait(lock, [&] { return job->done || job->generation != generation_; });
	if (job->thrown)
		std::rethrow_exception(job->thrown);
	return job->done;
}

void
Executor::perform(Job &job)
{
	std::unique_lock<std::mutex> lock(mutex_);

	if (job.generation != generation_)
		return;
	lock.unlock();
	try {
		job.step();
	} catch (...) {
		job.thrown = std::current_exception();
	}
	lock.lock();
	job.done = true;
	changed_.notify_all();
}

} // namespace nbk
