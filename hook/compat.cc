/* SPDX-License-Identifier: MPL-2.0 */
#include "compat.h"

#include <type_traits>

namespace nbk {

bool
kea_is_busy(const Answer &answer)
{
	/* The result is 1, as that of any refusal: the text is all there is to tell it by. */
	return !answer.ok() && answer.text.find("lease file cleanup process is running") != std::string::npos;
}

namespace {

/* 2.2 wants the loop itself, later versions the pointer to it. */
template <class Timer>
std::unique_ptr<Timer>
timer_of(const isc::asiolink::IOServicePtr &io)
{
	if constexpr (std::is_constructible_v<Timer, const isc::asiolink::IOServicePtr &>)
		return std::make_unique<Timer>(io);
	else
		return std::make_unique<Timer>(*io);
}

} // namespace

std::unique_ptr<isc::asiolink::IntervalTimer>
make_timer(const isc::asiolink::IOServicePtr &io)
{
	return timer_of<isc::asiolink::IntervalTimer>(io);
}

} // namespace nbk
