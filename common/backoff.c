/* SPDX-License-Identifier: MPL-2.0 */
#include "backoff.h"

#define FIRST_MS 1000
#define MOST_MS 60000

int64_t
nbk_backoff_ms(unsigned failures, uint32_t chance)
{
	int64_t wait = FIRST_MS;

	while (--failures > 0 && wait < MOST_MS)
		wait *= 2;
	wait += (int64_t)chance % (wait / 2 + 1) - wait / 4;
	return wait < MOST_MS ? wait : MOST_MS;
}
