/* SPDX-License-Identifier: MPL-2.0 */
#include "core.h"
#include "check.h"
#include "log.h"

extern "C" {
#include "common/config_file.h"
}

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <new>

namespace nbk {

namespace {

/* No exception may reach the engine, which is C. */
template <class Result, class Function>
Result
guarded(nbk_error *err, Result failed, Function function) noexcept
{
	try {
		return function();
	} catch (const std::bad_alloc &) {
		nbk_error_nomem(err);
	} catch (const std::exception &e) {
		nbk_error_set(err, NBK_EDATA, "%s", e.what());
	} catch (...) {
		nbk_error_set(err, NBK_EDATA, "unknown exception");
	}
	return failed;
}

Core &
core_of(void *context)
{
	return *static_cast<Core *>(context);
}

extern "C" {

static char *
kea_config_get(void *context, uint64_t *serial, nbk_error *err)
{
	return guarded<char *>(err, nullptr, [=] { return core_of(context).config_set.get(serial, err); });
}

static int
kea_check(void *context, nbk_check *checks, size_t count, nbk_error *err)
{
	return guarded(err, -1, [=] { return check(core_of(context).executor, checks, count, err); });
}

static int
kea_config_test(void *context, const char *config, nbk_error *err)
{
	return guarded(err, -1, [=] { return core_of(context).config_set.test(config, err); });
}

static int
kea_config_set(void *context, const char *next, const char *previous, uint64_t serial, nbk_error *err)
{
	return guarded(err, -1, [=] { return core_of(context).config_set.set(next, previous, serial, err); });
}

} // extern "C"

/* Kea keeps the path to itself. One that is relative begins where the process was started: Kea goes nowhere else. */
const char *
config_file()
{
	static const char *const path = []() -> const char * {
		const std::unique_ptr<FILE, int (*)(FILE *)> words(std::fopen("/proc/self/cmdline", "re"), std::fclose);
		const std::unique_ptr<char, void (*)(void *)> folder(getcwd(nullptr, 0), std::free);

		return words ? nbk_config_file_path(words.get(), folder ? folder.get() : ".") : nullptr;
	}();

	return path;
}

} // namespace

Core::Core()
    : log(log_sink(&muted)), kea{this, config_file(), kea_config_get, kea_check, kea_config_test, kea_config_set},
      engine(nbk_engine_new(&log, &kea))
{
	if (engine == nullptr)
		throw std::bad_alloc();
}

} // namespace nbk
