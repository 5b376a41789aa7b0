/* SPDX-License-Identifier: MPL-2.0 */
/* health.h: what /health/ answers. Any thread may tell and ask. */
#ifndef NBK_HEALTH_H
#define NBK_HEALTH_H

#include "buf.h"
#include "family.h"

#include <pthread.h>
#include <stdbool.h>

/* What may be wrong, one text each, in the order in which they are told. */
enum nbk_health_part {
	NBK_HEALTH_SYNC,       /* NetBox can't be asked, or Kea can't be brought up to date */
	NBK_HEALTH_HELD,       /* removals are held back */
	NBK_HEALTH_NOTHING,    /* no subnet is served, and prefixes are left out */
	NBK_HEALTH_KEA,        /* Kea does not hear clients */
	NBK_HEALTH_LISTENER,   /* webhooks can't be received */
	NBK_HEALTH_PARAMETERS, /* those of the running configuration were refused */
	/* Told, but no reason to be ill. */
	NBK_HEALTH_LISTS,      /* NetBox refuses to list pools or reservations */
	NBK_HEALTH_FILE,       /* Kea's own file can't be written */
	NBK_HEALTH_LEFT_OUT,   /* the first of the objects that are left out */
	NBK_HEALTH_PARTS
};

struct nbk_health {
	pthread_mutex_t lock;
	bool synced; /* there was a good full sync, and none has failed since */
	char faults[NBK_HEALTH_PARTS][3072];
	size_t counts[NBK_KINDS]; /* served */
	const struct nbk_family *family; /* NULL: the server has not begun */
	size_t left_out;
};

void nbk_health_init(struct nbk_health *health);
void nbk_health_clear(struct nbk_health *health);

/* Sets what is wrong with a part, "" where nothing is; a longer text is cut. True where it was another before. */
bool nbk_health_tell(struct nbk_health *health, enum nbk_health_part part, const char *fault);

void nbk_health_set_synced(struct nbk_health *health, bool synced);
void nbk_health_set_counts(struct nbk_health *health, const size_t counts[NBK_KINDS], const struct nbk_family *family, size_t left_out);

/* Appends the answer, a JSON object; returns its status, 200 or 503. */
unsigned nbk_health_answer(struct nbk_health *health, size_t queued, struct nbk_buf *body);

#endif
