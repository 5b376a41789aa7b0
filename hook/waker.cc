/* SPDX-License-Identifier: MPL-2.0 */
#include "waker.h"

#include <dhcp/iface_mgr.h>

#include <sys/eventfd.h>
#include <sys/select.h>
#include <unistd.h>

#include <cstdint>

namespace nbk {

namespace {

/* Never closed: a thread that is left behind may wake at any time. */
int
descriptor()
{
	static const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	return fd;
}

void
drain(int fd)
{
	uint64_t count;

	static_cast<void>(read(fd, &count, sizeof(count)));
}

} // namespace

void
watch_waker()
{
	/* Kea's loop is a select(). */
	if (descriptor() >= 0 && descriptor() < FD_SETSIZE)
		isc::dhcp::IfaceMgr::instance().addExternalSocket(descriptor(), drain);
}

void
wake_main_loop()
{
	const uint64_t one = 1;

	/* Full: it is awake. */
	if (write(descriptor(), &one, sizeof(one)) < 0)
		return;
}

} // namespace nbk
