/* SPDX-License-Identifier: MPL-2.0 */
/* verdicts.h: what Kea's parsers said of an object, so that none is asked about twice. */
#ifndef NBK_VERDICTS_H
#define NBK_VERDICTS_H

#include "state.h"

struct nbk_verdict {
	int64_t id;            /* the table's key: NetBox's */
	struct nbk_item *item; /* what was judged; held */
	char *reason;          /* NULL: Kea takes it */
	struct nbk_verdict *before; /* the one on the text before: the new version and the last good one are both known */
};

struct nbk_verdicts {
	struct nbk_table kinds[NBK_KINDS];
};

void nbk_verdicts_init(struct nbk_verdicts *verdicts);
void nbk_verdicts_clear(struct nbk_verdicts *verdicts);

/* Forgets refusals, so that what was refused is tried again. */
void nbk_verdicts_forget_refusals(struct nbk_verdicts *verdicts);

/* Forgets what neither state nor model has any more. */
void nbk_verdicts_prune(struct nbk_verdicts *verdicts, const struct nbk_state *served, const struct nbk_table rows[NBK_KINDS]);

/* reason: NULL where Kea takes the item. Takes the place of what was said of the same text. -1: out of memory. */
int nbk_verdicts_put(struct nbk_verdicts *verdicts, const struct nbk_item *item, const char *reason);

/* Borrowed: the verdict on this item with this text, or NULL. */
const struct nbk_verdict *nbk_verdicts_get(const struct nbk_verdicts *verdicts, const struct nbk_item *item);

#endif
