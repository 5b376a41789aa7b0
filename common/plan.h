/* SPDX-License-Identifier: MPL-2.0 */
/* plan.h: from what is served to what should be: what to add, change and remove, as data; and the guard over what may go. Pure. */
#ifndef NBK_PLAN_H
#define NBK_PLAN_H

#include "buf.h"
#include "state.h"

struct nbk_change {
	const struct nbk_item *before; /* NULL: added */
	const struct nbk_item *after;  /* NULL: removed */
};

/* The states that it was made from must outlive it. */
struct nbk_plan {
	struct nbk_change *changes; /* subnets, pools, reservations; by id */
	size_t count;
	size_t removed[NBK_KINDS]; /* what goes, and does not come again at the same place under another id */
};

/* -1: out of memory. */
int nbk_plan_init(struct nbk_plan *plan, const struct nbk_state *served, const struct nbk_state *desired);
void nbk_plan_clear(struct nbk_plan *plan);

/* One line a change: "+ subnet 10.0.0.0/24", "~ pool …", "- reservation …". */
void nbk_plan_text(const struct nbk_plan *plan, struct nbk_buf *text);

/* How much may go: removals since the last full sync that was accepted add up; what comes, or comes back, makes up for them. */
struct nbk_guard {
	size_t baseline[NBK_KINDS]; /* the most that was served since */
	size_t removed[NBK_KINDS];  /* by how much less is served now */
};

/* Counts from this state on. */
void nbk_guard_start(struct nbk_guard *guard, const struct nbk_state *served);

/* Whether `removals` more of a kind may go: at most ten, or at most percent of the baseline; with 100 percent always. */
bool nbk_guard_allows(const struct nbk_guard *guard, enum nbk_kind kind, size_t removals, unsigned percent);

/* Notes what is served now. */
void nbk_guard_note(struct nbk_guard *guard, const struct nbk_state *served);

#endif
