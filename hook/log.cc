/* SPDX-License-Identifier: MPL-2.0 */
#include "log.h"
#include "netbox_messages.h"

#include <log/log_dbglevels.h>
#include <log/logger.h>

#include <memory>
#include <mutex>
#include <vector>

namespace nbk {

namespace {

const isc::log::MessageID *const ids[] = {
#define X(name, severity) &name,
    NBK_MESSAGES(X)
#undef X
};

/* Never destroyed, as the mutex: a thread that is left behind may log at any time. */
isc::log::Logger &
logger()
{
	static isc::log::Logger *const instance = [] {
		auto logger = std::make_unique<isc::log::Logger>("netbox-hooks");

		/* The first use completes the logger, and two threads may not do that at once. */
		logger->isInfoEnabled();
		return logger.release();
	}();

	return *instance;
}

std::recursive_mutex &
mutex()
{
	static auto *const instance = new std::recursive_mutex;

	return *instance;
}

isc::log::Logger::Formatter
line(nbk_message message)
{
	const isc::log::MessageID id = *ids[message];

	switch (nbk_message_severity(message)) {
	case NBK_DEBUG:
		return logger().debug(isc::log::DBGLVL_TRACE_BASIC, id);
	case NBK_INFO:
		return logger().info(id);
	case NBK_WARN:
		return logger().warn(id);
	case NBK_ERROR:
		return logger().error(id);
	}
	return isc::log::Logger::Formatter();
}

/* Logging must not fail what is logged. */
template <class Args>
void
write(nbk_message message, const Args &args) noexcept
{
	try {
		const std::lock_guard<std::recursive_mutex> lock(mutex());
		auto text = line(message);

		for (const std::string &arg : args)
			text.arg(arg);
	} catch (...) {
	}
}

extern "C" void
sink_write(void *context, nbk_message message, const char *const *args, size_t count)
{
	if (*static_cast<const std::atomic<bool> *>(context))
		return;
	try {
		write(message, std::vector<std::string>(args, args + count));
	} catch (...) {
	}
}

extern "C" bool
sink_debugs(void *)
{
	try {
		return logger().isDebugEnabled(isc::log::DBGLVL_TRACE_BASIC);
	} catch (...) {
		return false;
	}
}

} // namespace

void
log(nbk_message message, std::initializer_list<std::string> args)
{
	write(message, args);
}

nbk_log
log_sink(std::atomic<bool> *muted)
{
	nbk_log sink = {};

	sink.write = sink_write;
	sink.debugs = sink_debugs;
	sink.context = muted;
	return sink;
}

LogPause::LogPause()
{
	mutex().lock();
}

LogPause::~LogPause()
{
	mutex().unlock();
}

} // namespace nbk
