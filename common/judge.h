/* SPDX-License-Identifier: MPL-2.0 */
/* judge.h: asks Kea's own parsers about objects that they have not judged yet.
 *
 * A value on the caller's stack; all of it is borrowed. The worker's. */
#ifndef NBK_JUDGE_H
#define NBK_JUDGE_H

#include "kea.h"
#include "verdicts.h"

struct nbk_judge {
	const struct nbk_kea *kea;
	struct nbk_verdicts *verdicts; /* what was said before, and where it is kept */
	const struct nbk_state *taken; /* what Kea is known to take as it is; NULL: nothing */
	bool doubts_subnets;           /* what was said of subnets counts no more */
};

/* Asks about the items of the kinds from first to last, pools and pd-pools each with its subnet of the state. How many are refused; -1: not
 * all were asked about. */
long nbk_judge_run(const struct nbk_judge *judge, const struct nbk_state *state, enum nbk_kind first, enum nbk_kind last,
                   struct nbk_error *err);

#endif
