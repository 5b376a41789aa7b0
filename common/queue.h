/* SPDX-License-Identifier: MPL-2.0 */
/* queue.h: hints waiting for the worker, each at most once.
 *
 * A hint names one NetBox object by type and id, or asks for a full sync, which swallows those that wait. Any thread may push;
 * one thread takes. A full queue turns into a full sync: a hint is never lost. Nothing here knows what a hint is for. */
#ifndef NBK_QUEUE_H
#define NBK_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum nbk_hint_type {
	NBK_HINT_PREFIX,
	NBK_HINT_RANGE,
	NBK_HINT_ADDRESS,
	NBK_HINT_INTERFACE,
	NBK_HINT_VM_INTERFACE,
	NBK_HINT_DEVICE,
	NBK_HINT_VM,
	NBK_HINT_MAC,
	NBK_HINT_FULL_SYNC, /* its id does not matter */
};

/* Borrowed: NetBox's word for it, "ipaddress", or "full sync". */
const char *nbk_hint_type_text(enum nbk_hint_type type);

struct nbk_hint {
	enum nbk_hint_type type;
	int64_t id;
};

struct nbk_batch {
	struct nbk_hint *hints; /* sorted by type, then id; a full sync stands alone */
	size_t count;
};

struct nbk_queue;

/* New; capacity in hints, at least 1. NULL: out of memory. */
struct nbk_queue *nbk_queue_new(size_t capacity);
void nbk_queue_free(struct nbk_queue *queue);

/* True where the hint was new, false where it was waiting already (or a full sync that covers it was). */
bool nbk_queue_push(struct nbk_queue *queue, struct nbk_hint hint);

/* Waits until a hint is there and window_ms have passed without a new one (at most four windows), then moves all into *batch
 * (the caller's, cleared by nbk_batch_clear). Waits for the first hint at most timeout_ms; -1: no bound.
 * 1: *batch holds hints. 0: none came in time, or no memory to hand them over, and they wait on. -1: the queue was closed. */
int nbk_queue_take(struct nbk_queue *queue, unsigned window_ms, long timeout_ms, struct nbk_batch *batch);
void nbk_batch_clear(struct nbk_batch *batch);

/* How many wait. */
size_t nbk_queue_length(struct nbk_queue *queue);

/* The taker wakes and gets -1 from now on; hints that wait or come stay for a taker after nbk_queue_open. */
void nbk_queue_close(struct nbk_queue *queue);
void nbk_queue_open(struct nbk_queue *queue);

#endif
